import { spawn } from 'node:child_process'
import { failedWith } from './files.ts'

/** How a program ended. `output` is its stdout and stderr, with the reason when it did not end by itself. */
export interface Outcome {
  ok: boolean
  output: string
}

/** Where, as whom and how long a program may run. `account` null means our own user. */
export interface RunOptions {
  account: Account | null
  limitMs: number
  cwd?: string
  env?: Record<string, string>
}

/**
 * A fixed environment: inherited PG*, LD_* and locale variables would change what PostgreSQL does,
 * and its messages are read by us (hence C). TZ spares initdb its search for the machine's zone.
 */
const ENVIRONMENT = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  LC_ALL: 'C',
  TZ: 'UTC',
}

/** Runs a program to its end or its time limit. Never rejects: what went wrong is in the outcome. */
export async function run(file: string, args: string[], options: RunOptions): Promise<Outcome> {
  try {
    return await untilClosed(launch(file, args, options), options.limitMs)
  } catch (error) {
    // spawn throws instead of emitting for some errors, e.g. EPERM when the user may not be changed.
    return { ok: false, output: `${file}: ${String(error)}` }
  }
}

function launch(file: string, args: string[], { account, cwd, env }: RunOptions) {
  return spawn(file, args, {
    cwd: cwd ?? '/',
    env: { ...ENVIRONMENT, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A session of its own: Ctrl-C in the terminal must not kill initdb or pg_ctl half-way.
    detached: process.platform !== 'win32',
    windowsHide: true,
    ...(account && { uid: account.uid, gid: account.gid }),
  })
}

function untilClosed(child: ReturnType<typeof launch>, limitMs: number): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    let output = ''
    const collect = (text: string) => {
      output += text
    }
    child.stdout.setEncoding('utf8').on('data', collect)
    child.stderr.setEncoding('utf8').on('data', collect)
    const timer = setTimeout(() => {
      output += `\nkilled after its time limit of ${limitMs / 1000} s`
      killTree(child)
    }, limitMs)
    child.once('error', (error) => {
      clearTimeout(timer)
      reject(error)
    })
    child.once('close', (code, signal) => {
      clearTimeout(timer)
      if (signal) output += `\nended by ${signal}`
      resolve({ ok: code === 0, output: output.trim() })
    })
  })
}

/** Kills the program and its children; the pipes are closed because a straggler might hold them open. */
function killTree(child: ReturnType<typeof launch>) {
  child.stdout.destroy()
  child.stderr.destroy()
  if (process.platform === 'win32' || child.pid === undefined) {
    child.kill('SIGKILL')
    return
  }
  try {
    process.kill(-child.pid, 'SIGKILL')
  } catch (error) {
    if (!failedWith(error, 'ESRCH')) throw error
  }
}

/** The operating system's user that PostgreSQL runs as. */
export interface Account {
  name: string
  uid: number
  gid: number
}
