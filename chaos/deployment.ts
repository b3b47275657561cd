import { setTimeout as sleep } from 'node:timers/promises'
import { ownSettings } from '../sandbox/environment.ts'
import { TIMINGS } from '../sandbox/timings.ts'
import type { Timings } from '../src/config/timings.ts'
import { spawnChild } from '../test/support/child.ts'
import type { Variant } from './variant.ts'

/** How far apart the two searches are that a purchase is given up after. */
export const RECHECK_INTERVAL_MS = 500

/** Short times, so that minutes of production fit into a second here. */
const QUICK = {
  LOG_LEVEL: 'warn',
  SIGNUP_WAIT_MS: '1500',
  BATCH_WAIT_MS: '1500',
  CARRIER_TIMEOUT_MS: '1000',
  TEXT_REPLY_DEADLINE_MS: '2000',
  DATABASE_TIMEOUT_MS: '2000',
  // Few, because a connection's first calls cost more than all that follow; but one asker has a quarter of
  // them, and two requests of an operator's are to meet.
  DATABASE_POOL_SIZE: '8',
  // Each may come too late on a busy machine; what never succeeds is a person's in half a minute.
  ORDER_MAX_ATTEMPTS: '100',
  POOL_MIN: '0',
}

/** Of loops and steps, in the same measure. */
export const QUICK_TIMINGS = {
  callPollMs: 500,
  callMaxPolls: 4,
  callOverdueMs: 2_000,
  orderRecheckIntervalMs: RECHECK_INTERVAL_MS,
  orderPollMs: 50,
  orderBackoffMs: 20,
  orderBackoffMaxMs: 200,
  ordersIntervalMs: 100,
  releaseIntervalMs: 100,
  callsIntervalMs: 1_000,
  callsScanIntervalMs: 1_000,
  catchUpIntervalMs: 500,
  catchUpMinAgeMs: 2_000,
  usageIntervalMs: 500,
  eventsIntervalMs: 250,
  repliesIntervalMs: 250,
  replyAgainMs: 250,
  accountPauseMs: 200,
  readAgainMs: 50,
} satisfies Partial<Timings>

const PATIENCE_MS = 90_000

const started = new Set<ReturnType<typeof spawnChild>['child']>()

// Whatever ends this process must not leave servers behind.
process.once('exit', () => {
  for (const child of started) child.kill('SIGKILL')
})

export interface Server {
  origin: string
  kill(): Promise<void>
  /** Stands still for so long, if it lives. */
  freeze(ms: number): Promise<void>
  /** Starts it where it does not run, and waits until it answers. @throws Error where it ends instead */
  ensureUp(): Promise<void>
  /** From now on with these settings, whoever starts it. */
  restart(changes: Record<string, string>): Promise<void>
  /** Those that it has, or will be started with. */
  settings(): Record<string, string>
  /** For good: nobody starts it again. */
  stop(): Promise<void>
  /** Rejects where it ends although nobody killed it. */
  endedByItself: Promise<never>
  output(): string
}

export interface ServerOptions {
  port: number
  twins: string
  databaseUrl: string
  agentId: string
  webhookSecret: string
  quarantineDays: number
  voice: 'elevenlabs' | 'server'
  isManual: boolean
  /** US numbers text in Messaging Services alone. */
  hasServices: boolean
  /** Of the first server of its deployment; undefined: this is the first. */
  publicUrl: string | undefined
}

export const originOf = ({ port }: ServerOptions) => `http://127.0.0.1:${port}`

export function settingsOf(options: ServerOptions) {
  return {
    ...ownSettings({
      port: options.port,
      twins: options.twins,
      databaseUrl: options.databaseUrl,
      initSecret: 'chaos-init-secret-0123456789',
    }),
    ...QUICK,
    [TIMINGS]: JSON.stringify(QUICK_TIMINGS),
    PUBLIC_URL: options.publicUrl ?? originOf(options),
    ELEVENLABS_AGENT_ID: options.agentId,
    ELEVENLABS_WEBHOOK_SECRET: options.webhookSecret,
    QUARANTINE_DAYS: String(options.quarantineDays),
    INBOUND_VOICE: options.voice,
    ...(options.hasServices && { US_SMS_STATUS: 'needs_registration' }),
    ELEVENLABS_IMPORT: options.isManual ? 'manual' : 'auto',
  }
}

/** One server process in a folder of its own, which may be killed and started again on the same port. */
export function createServer(
  options: ServerOptions,
  folder: string,
  change: Variant['settings'] = (now) => now,
): Server {
  const origin = originOf(options)
  const first: Record<string, string> = settingsOf(options)
  let settings = first
  let running: ReturnType<typeof spawnChild> | undefined
  let isOver = false
  let output = ''
  const { promise: endedByItself, reject } = Promise.withResolvers<never>()
  // Whether anybody waits for it or not.
  endedByItself.catch(() => {})

  async function kill() {
    if (!running) return
    const dying = running
    running = undefined
    dying.child.kill('SIGKILL')
    await dying.exited
    started.delete(dying.child)
    output += dying.output()
  }

  const server: Server = {
    origin,
    kill,
    settings: () => settings,
    async restart(changes) {
      settings = { ...settings, ...changes }
      await kill()
      await server.ensureUp()
    },
    async freeze(ms) {
      const frozen = running
      frozen?.child.kill('SIGSTOP')
      await sleep(ms)
      frozen?.child.kill('SIGCONT')
    },
    async ensureUp() {
      if (isOver) throw new Error(`the server at ${origin} is not to come again`)
      if (running && running.child.exitCode === null && running.child.signalCode === null) return
      const own = spawnChild('server', change(settings, first), folder)
      running = own
      started.add(own.child)
      own.exited.then((code) => {
        if (running !== own) return
        reject(new Error(`the server at ${origin} ended by itself (${code}):\n${own.output()}`))
      })
      const end = Date.now() + PATIENCE_MS
      while (!(await Promise.race([answers(`${origin}/livez`), endedByItself]))) {
        if (Date.now() > end) throw new Error(`the server does not start:\n${own.output()}`)
        await sleep(30)
      }
    },
    async stop() {
      isOver = true
      await kill()
    },
    endedByItself,
    output: () => output + (running?.output() ?? ''),
  }
  return server
}

async function answers(url: string): Promise<boolean> {
  return fetch(url, { signal: AbortSignal.timeout(1_000) }).then(
    (reply) => reply.ok,
    () => false,
  )
}
