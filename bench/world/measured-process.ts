import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** Node's options as `npm start` of that checkout has them. */
function startOptions(checkout: string): string {
  const { scripts } = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8'))
  return (scripts.start as string).match(/--max-\S+/g)?.join(' ') ?? ''
}

/** Of Linux: what /proc counts time in. */
const TICKS_PER_SECOND = 100

export type MeasuredProcess = Awaited<ReturnType<typeof startProcess>>

/**
 * A server as a process of its own, from `folder`, ready once its output, which goes to `logFile`, has
 * `ready`. The log is a file, because a pipe would be read by the one who measures.
 * @throws Error when it ends before it is ready
 */
export async function startProcess(options: {
  folder: string
  args: string[]
  env: Record<string, string>
  logFile: string
  ready: RegExp
  /** Of the product that it is; else this one. */
  checkout?: string
}) {
  const log = openSync(options.logFile, 'w')
  const { PATH, HOME } = process.env
  const child = spawn(process.execPath, options.args, {
    cwd: options.folder,
    env: {
      PATH,
      HOME,
      NODE_OPTIONS: startOptions(options.checkout ?? process.cwd()),
      MALLOC_ARENA_MAX: '1',
      ...options.env,
    },
    stdio: ['ignore', log, log],
  })
  closeSync(log)
  const exited = once(child, 'exit')
  const pid = child.pid ?? 0
  const output = () => readFileSync(options.logFile, 'utf8')
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
    await exited
  }
  let said = options.ready.exec(output())
  while (!said) {
    if (child.exitCode !== null) throw new Error(`${options.args.join(' ')} ended:\n${output()}`)
    await sleep(20)
    said = options.ready.exec(output())
  }
  return {
    pid,
    /** What `ready` found. */
    said,
    output,
    /** CPU seconds it has taken so far, of all its threads. */
    cpuSeconds: () => cpuSeconds(pid),
    residentMb: () => residentMb(pid),
    stop,
  }
}

/** User and system time. Source: proc(5), /proc/pid/stat, fields 14 and 15. */
function cpuSeconds(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND
}

/** What a process is resident in. Source: proc(5), /proc/pid/status, VmRSS. @throws Error where the system does not tell it */
export function residentMb(pid: number): number {
  const [, kilobytes] = /^VmRSS:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kilobytes) / 1_024
}
