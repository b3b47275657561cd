import type { Cluster } from './cluster.ts'
import type { Plan } from './plan.ts'
import { startWorld } from './world.ts'

const NUMBERS = 100
const REQUEST_MS = 200

const OPERATIONS = [
  ['twilio', 'availablePhoneNumbers.list'],
  ['twilio', 'incomingPhoneNumbers.create'],
  ['twilio', 'incomingPhoneNumbers.fetch'],
  ['twilio', 'incomingPhoneNumbers.update'],
  ['elevenlabs', 'phoneNumbers.list'],
  ['elevenlabs', 'phoneNumbers.create'],
  ['elevenlabs', 'phoneNumbers.get'],
] as const

interface Request {
  startedAt: string
  endedAt: string | null
}

/**
 * Buys a batch while each request takes its time, and tells how much sooner it was done than one
 * request after the other would have been.
 */
export async function measureSpeedUp(cluster: Cluster): Promise<string> {
  const plan: Plan = {
    seed: 0,
    servers: [1],
    voice: 'elevenlabs',
    quarantineDays: 14,
    stock: 5_000,
    lasts: 0,
    actions: [],
    disturbances: [],
  }
  const world = await startWorld(cluster, plan)
  try {
    await Promise.all(world.servers.map((server) => server.ensureUp()))
    const [deployment] = world.deployments
    // The sweep that a start begins with is over then, and its requests are not counted.
    await deployment?.client.send('POST', '/api/admin/reconcile', { mode: 'dry-run' })
    for (const [carrier, operation] of OPERATIONS) {
      const slow = { carrier, operation, kind: 'slow', times: 10_000, ms: REQUEST_MS }
      await world.control('POST', 'faults', slow)
    }
    await world.control('DELETE', 'requests')
    const begun = Date.now()
    const path = '/api/admin/phone-numbers/batch-purchase'
    await deployment?.client.send('POST', path, { count: NUMBERS, areaCode: '604' }, 'speed-up')
    let configured = 0
    while (configured < NUMBERS && Date.now() < begun + 120_000) {
      const status = await deployment?.client.send('GET', '/api/admin/phone-numbers/pool/status')
      configured = status?.body?.configured ?? 0
    }
    const took = Date.now() - begun
    const { twilio, elevenlabs } = (await world.control('GET', 'state')) as Record<
      'twilio' | 'elevenlabs',
      { requests: Request[]; maxInFlightTotal: number }
    >
    const inAll = [...twilio.requests, ...elevenlabs.requests].reduce(
      (sum, { startedAt, endedAt }) =>
        sum + (endedAt ? Date.parse(endedAt) - Date.parse(startedAt) : 0),
      0,
    )
    return [
      `A batch of ${NUMBERS}, ${REQUEST_MS} ms per request: ${configured} numbers ready in ${seconds(took)},`,
      `at most ${twilio.maxInFlightTotal} requests in flight at Twilio and ${elevenlabs.maxInFlightTotal} at ElevenLabs;`,
      `one after the other the requests take ${seconds(inAll)}: ${(inAll / took).toFixed(1)} times as long.`,
    ].join(' ')
  } finally {
    await world.stop()
  }
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`
}
