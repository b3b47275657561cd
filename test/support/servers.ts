import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import { createApp } from '../../src/server/app.ts'
import { createContext } from '../../src/server/context.ts'
import type { World } from './world.ts'

/**
 * Another server of a world's deployment, at an address of its own, for the time of a test. `previous`:
 * PUBLIC_URL_PREVIOUS; `publicUrl`: another PUBLIC_URL than where it listens;
 * `signupWaitMs`: SIGNUP_WAIT_MS. No loops.
 */
export async function anotherServer(
  world: World,
  {
    previous,
    publicUrl,
    signupWaitMs = world.config.organizations.signupWaitMs,
  }: { previous?: string; publicUrl?: string; signupWaitMs?: number } = {},
) {
  const server = createServer({ keepAliveTimeout: 0 })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const config = {
    ...world.config,
    organizations: { ...world.config.organizations, signupWaitMs },
    publicUrl: publicUrl ?? origin,
    addresses: [publicUrl ?? origin, ...(previous ? [previous] : [])] as [string, ...string[]],
  }
  const context = createContext(config, { log: world.context.log })
  server.on('request', createApp(context))
  onTestFinished(async () => {
    server.closeAllConnections()
    server.close()
    await Promise.allSettled([...context.background])
    await context.db.close()
  })
  return { origin, config, context }
}

/** Somebody who takes every request and answers none until the test is over; `asked`: how many there were. */
export async function someoneSilent() {
  let asked = 0
  const server = createServer({ keepAliveTimeout: 0 }, () => {
    asked += 1
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: () => asked,
  }
}

/**
 * Somebody who answers whatever is asked with this status and text, for the time of a test; until a
 * server of the world's deployment stands in that place, and again when it comes back.
 */
export async function somebody(status: number, text: string) {
  const answer: RequestListener = (_req, res) => void res.writeHead(status).end(text)
  const server = createServer({ keepAliveTimeout: 0 }, answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    giveWayTo: (world: World) => server.removeAllListeners('request').on('request', world.app),
    comeBack: () => server.removeAllListeners('request').on('request', answer),
  }
}
