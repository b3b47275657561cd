import type { IncomingMessage, Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mailSettings, ownSettings } from '../../sandbox/environment.ts'
import { PATIENT } from '../../sandbox/patient.ts'
import { startTwins } from '../../sandbox/twins/twins.ts'
import { setUpElevenLabs } from '../../src/carriers/elevenlabs/setup/setup.ts'
import type { Telephony } from '../../src/carriers/ports/telephony.ts'
import { createTwilioClient } from '../../src/carriers/twilio/client.ts'
import { createTwilioTelephony } from '../../src/carriers/twilio/telephony.ts'
import { readDeployment } from '../../src/commands/read-deployment.ts'
import { parseConfig, parseSetupConfig, secretsOf } from '../../src/config/config.ts'
import type { Timings } from '../../src/config/timings.ts'
import type { RefusalLog } from '../../src/http/log/refusal-log.ts'
import { setupRequest } from '../../src/infrastructure/setup-request.ts'
import { createLogger } from '../../src/platform/logger.ts'
import { createApp } from '../../src/server/app.ts'
import { createContext, type Overrides } from '../../src/server/context.ts'
import { createHttpServer } from '../../src/server/http-server.ts'
import { registerServerStart } from '../../src/server/register-server-start.ts'
import { cloneDatabase, sql } from './database.ts'

export const INIT_SECRET = 'test-init-secret-0123456789'

/**
 * Short times, so that what takes minutes in production takes moments here. What a carrier may take is as
 * long as there, and with it a lease: no test waits for either, and a busy machine takes its time.
 */
const quick = {
  // A connection's first calls cost more than all that follow.
  DATABASE_POOL_SIZE: '5',
}

const quickTimings: Partial<Timings> = {
  orderPollMs: 20,
  orderBackoffMs: 20,
  orderBackoffMaxMs: 100,
  orderRecheckIntervalMs: 300,
  accountPauseMs: 300,
  readAgainMs: 10,
  // A busy machine takes its time.
  mailWaitMs: 60_000,
}

export type World = Awaited<ReturnType<typeof startWorld>>

/**
 * A whole deployment for one test file: the real app on a free port with its own database on real
 * PostgreSQL, and its own twins. No loops: tests call `tick` themselves. `logs` collects every line.
 */
export async function startWorld(
  options: {
    settings?: Record<string, string>
    /** Mails wait, as they do once a server with SMTP_URL was started; `mails.tick` sends them to the twin. */
    hasMail?: boolean
    timings?: Partial<Timings>
    overrides?: Overrides
    /** Puts something in the place of Twilio, made of what talks to its twin. */
    telephony?: (real: Telephony) => Telephony
  } = {},
) {
  const [database, twins, listening] = await Promise.all([
    cloneDatabase(),
    startTwins({ port: 0 }),
    listen(),
  ])
  // Clones share their template's identity, by which webhooks and numbers of deployments are told apart.
  await sql(
    database.url,
    "update deployment set id = substr(replace(gen_random_uuid()::text, '-', ''), 1, 8)",
  )
  if (options.hasMail)
    await sql(
      database.url,
      "update deployment set mail_kinds = '{invitation,notification,organization}'",
    )
  const logs: string[] = []
  const settings = {
    ...ownSettings({
      port: listening.port,
      twins: twins.origin,
      databaseUrl: database.url,
      initSecret: INIT_SECRET,
    }),
    LOG_LEVEL: 'debug',
    ...PATIENT,
    ...quick,
    ...(options.hasMail && mailSettings(twins.smtpUrl, listening.port)),
    ...options.settings,
  }
  const setupConfig = parseSetupConfig(settings)
  const setup = await setUpElevenLabs(
    setupRequest(setupConfig, await readDeployment(setupConfig.database)),
  )
  /** A server with the settings, and `changed` in their place. */
  const serve = (changed: Record<string, string>) => {
    const env = {
      ...settings,
      ELEVENLABS_AGENT_ID: setup.agentId,
      ELEVENLABS_WEBHOOK_SECRET: setup.webhookSecret,
      ...changed,
    }
    const config = parseConfig(env, { ...quickTimings, ...options.timings })
    const log = createLogger({
      level: 'debug',
      secrets: secretsOf(config),
      destination: { write: (line) => void logs.push(line) },
    })
    const telephony = options.telephony?.(createTwilioTelephony(createTwilioClient(config.twilio)))
    const context = createContext(config, {
      log,
      // What a test has just changed, the next question is to tell.
      readyEveryMs: 0,
      readyWaitMs: 60_000,
      // A token that names a key of nobody's is refused only after this.
      keysEveryMs: 20,
      ...(telephony && { telephony }),
      ...options.overrides,
    })
    const app = createApp(context)
    listening.server.on('request', app)
    listening.refusals.unparsed = context.refusalLog.unparsed
    return { config, context, app, env }
  }

  const first = serve({})
  const world = {
    ...first,
    database,
    logs,
    twins,
    origin: first.config.publicUrl,
    sql: <Row extends object = Record<string, unknown>>(text: string, values: unknown[] = []) =>
      sql<Row>(database.url, text, values),
    /** Does something while nobody gets an answer of this server. */
    async whileAway<T>(act: () => Promise<T>): Promise<T> {
      const hangUp = (req: IncomingMessage) => req.socket.destroy()
      listening.server.off('request', world.app).on('request', hangUp)
      return await act().finally(() =>
        listening.server.off('request', hangUp).on('request', world.app),
      )
    },
    /** Another server, with some settings changed, takes this one's place, as after a restart. */
    async restart(changed: Record<string, string>) {
      const { app, context } = world
      listening.server.off('request', app)
      Object.assign(world, serve(changed))
      await Promise.allSettled([...context.background])
      await context.db.close()
      await registerServerStart(world.context.db, world.config)
    },
    async stop() {
      listening.server.closeAllConnections()
      listening.server.close()
      await Promise.allSettled([...world.context.background])
      await world.context.db.close()
      await twins.close()
      await database.drop()
    },
  }
  return world
}

async function listen() {
  // Closed by nobody but `stop`: an idle connection that is closed under a request fails that request.
  const refusals: Pick<RefusalLog, 'unparsed'> = { unparsed() {} }
  const server: Server = createHttpServer({ keepAliveTimeout: 0 }, refusals)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { server, refusals, port: (server.address() as AddressInfo).port }
}
