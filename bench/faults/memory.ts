import { residentMb } from '../world/measured-process.ts'

const EVERY_MS = 50

/** The most memory a process was resident in between now and the call of what is returned, in MB. */
export function watchMemory(pid: number): () => number {
  let most = residentOrNaN(pid)
  const timer = setInterval(() => {
    most = Math.max(most, residentOrNaN(pid))
  }, EVERY_MS)
  return () => {
    clearInterval(timer)
    return most
  }
}

/** NaN where the system does not tell it. */
function residentOrNaN(pid: number): number {
  try {
    return residentMb(pid)
  } catch {
    return Number.NaN
  }
}
