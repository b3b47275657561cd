import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import pRetry from 'p-retry'
import type { Config } from '../config/config.ts'
import { createClosing } from '../http/closing.ts'
import { isNotReady } from '../platform/errors.ts'
import { shutDown } from '../platform/shutdown.ts'
import { createApp } from './app.ts'
import { type Context, createContext, type Overrides } from './context.ts'
import { createHttpServer } from './http-server.ts'
import { startLoops } from './loops.ts'
import { listenForMetrics } from './metrics/serve.ts'
import { registerServerStart } from './register-server-start.ts'

/** Longer than load balancers keep idle connections (usually 60 s), so that none is closed under a request. */
const KEEP_ALIVE_MS = 65_000

/** How long at most until a start that could not be noted is noted again. */
const NOTE_AGAIN_MS = 30_000

export interface RunningServer {
  context: Context
  port: number
  /**
   * Readiness off, and nobody kept waiting any longer; ticks and background work finished while
   * everything is answered still; HTTP drained, pool closed; at most 10 s.
   */
  stop(): Promise<void>
}

/** Listens and starts the loops. @throws Error when the port cannot be had */
export async function startServer(
  config: Config,
  overrides: Overrides = {},
): Promise<RunningServer> {
  const context = createContext(config, overrides)
  const { log, refusalLog, db, background, readiness } = context
  const { notice = sleep } = overrides
  const listener = context.webhooks.overload.before(createApp(context))
  const server = createHttpServer({ keepAliveTimeout: KEEP_ALIVE_MS }, refusalLog)
  server.on('request', listener)
  const closing = createClosing(server)
  server.listen(config.server.port, config.server.host)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  log.info({ port, publicUrl: config.publicUrl }, 'listening')

  const monitored =
    config.server.metrics &&
    (await listenForMetrics(
      config.server.metrics,
      context.metrics.contentType,
      context.readMetrics,
    ))
  if (monitored) log.info({ port: monitored.port }, 'metrics')

  if (config.messages.sharedServiceSid) {
    log.warn(
      { messagingServiceSid: config.messages.sharedServiceSid },
      'organizations share a Messaging Service: a STOP to one of them silences the others',
    )
  }

  // The first webhook must not wait for the connection and the functions' signatures. Repeated, because
  // numbers that go by settings of this server wait until its start is noted.
  const starting = new AbortController()
  const start = async () => {
    await context.checkSchema(starting.signal)
    return registerServerStart(db, config)
  }
  const warmUp = pRetry(start, {
    retries: Number.POSITIVE_INFINITY,
    minTimeout: config.orders.backoffMs,
    maxTimeout: NOTE_AGAIN_MS,
    randomize: true,
    signal: starting.signal,
    // A database that does not fit has been told of by what found it out.
    onFailedAttempt: ({ error: err }) => {
      if (!isNotReady(err)) log.error({ err }, 'the database does not answer yet')
    },
  }).then(
    (started) => log.info(started, 'database answers'),
    // Only because the server stops: each failure is told above.
    () => {},
  )
  const loops = startLoops(context.modules, context)

  return {
    context,
    port,
    async stop() {
      readiness.stopping = true
      closing.begin()
      background.stop()
      starting.abort()
      const work = Promise.all([...loops.map((loop) => loop.stop()), warmUp])
      /** What did not end in time, and is not waited for again. */
      let left = new Set<Promise<unknown>>()
      await shutDown(
        [
          {
            // The door stays open as long as anything is at work: what comes can be answered.
            name: 'work',
            run: () =>
              Promise.all([notice(config.server.shutdownNoticeMs), work, background.empty()]),
          },
          {
            name: 'http',
            run: () => {
              left = new Set(background)
              return closing.finish()
            },
          },
          {
            name: 'background',
            run: () => Promise.allSettled([...background].filter((each) => !left.has(each))),
          },
          { name: 'database', run: () => db.close() },
        ],
        config.server.shutdownMs,
        log,
      )
      monitored?.close()
      server.closeAllConnections()
      log.info('stopped')
    },
  }
}
