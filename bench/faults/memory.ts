import { readFileSync } from 'node:fs'

const EVERY_MS = 50

/** The most memory a process was resident in between now and the call of what is returned, in MB. */
export function watchMemory(pid: number): () => number {
  let most = residentMb(pid)
  const timer = setInterval(() => {
    most = Math.max(most, residentMb(pid))
  }, EVERY_MS)
  return () => {
    clearInterval(timer)
    return most
  }
}

/** NaN where the system does not tell it so. */
function residentMb(pid: number): number {
  try {
    const [, kilobytes] = /^VmRSS:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
    return Number(kilobytes) / 1_024
  } catch {
    return Number.NaN
  }
}
