import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Carrier } from '../../sandbox/twins/core/model.ts'
import { isForClients } from '../../src/http/route.ts'
import { answersInvites, forEveryRoute } from '../support/every-route.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { type Operation, operations } from '../support/operations.ts'
import {
  ADMIN,
  type Answer,
  atCarriers,
  control,
  request,
  tickOrders,
} from '../support/requests.ts'
import { rewindable } from '../support/rewind.ts'
import { pathOf } from '../support/route-table.ts'
import { startWorld, type World } from '../support/world.ts'

/** What a carrier says of itself and nobody outside may read. */
const INSIDE = 'vendor-inside-4711'

/** Where carriers send us to, and what else is wrong with what they answer. */
const answers: Record<string, (res: ServerResponse, elsewhere: string) => void> = {
  'a page': (res) => res.setHeader('content-type', 'text/html').end(`<p>${INSIDE}`),
  'half a value': (res) => res.setHeader('content-type', 'application/json').end('{"sid": "PN'),
  'another shape': (res) => json(res, 200, [{ [INSIDE]: { sid: 4711, items: 'none' } }]),
  'values of other types': (res) =>
    json(res, 200, {
      incoming_phone_numbers: { sid: null },
      available_phone_numbers: [{ phone_number: `<script>${INSIDE}</script>` }],
      agent_id: `../../${INSIDE}`,
      phone_number_id: '',
      success: 'yes',
      callSid: { [INSIDE]: 1 },
    }),
  'an error without words': (res) => json(res, 500, { [INSIDE]: 'select * from accounts' }),
  'a refusal without words': (res) => json(res, 400, { [INSIDE]: [{ trace: 'at db.js:1' }] }),
  'a way to somewhere else': (res, elsewhere) =>
    res.writeHead(307, { location: `${elsewhere}/elsewhere` }).end(),
  'the end of the connection': (res) => res.destroy(),
}

const ofClients = operations.filter(({ route }) => isForClients(route))

describe('API10:2023, unsafe consumption of APIs', () => {
  let world: World
  let stage: Awaited<ReturnType<typeof forEveryRoute>>
  let state: Awaited<ReturnType<typeof rewindable>>
  let carrier: Awaited<ReturnType<typeof hostileCarrier>>
  /** The carriers that each route asks when they are well. */
  const asked = new Map<string, Carrier[]>()
  beforeAll(async () => {
    world = await startWorld()
    stage = await forEveryRoute(world)
    state = await rewindable(world)
    for (const operation of ofClients) {
      await control(world, 'DELETE', 'requests')
      const { status } = await ask(operation)
      if (status >= 300) throw new Error(`${operation.name} is refused (${status})`)
      asked.set(operation.name, await askedNow())
      await state.rewind()
    }
    carrier = await hostileCarrier()
    await world.restart({
      TWILIO_BASE_URL: `${carrier.url}/twilio`,
      ELEVENLABS_BASE_URL: `${carrier.url}/elevenlabs`,
      SIGNUP_WAIT_MS: '0',
      BATCH_WAIT_MS: '0',
    })
  })
  afterAll(async () => {
    await stopWithCleanLogs(world)
    carrier?.close()
  })

  describe.each(Object.keys(answers))('a carrier that answers %s', (kind) => {
    test.each(ofClients.map((operation): [string, Operation] => [operation.name, operation]))(
      'is believed in nothing by %s, which asks it and fails as it is described',
      async (name, operation) => {
        carrier.behave(kind)

        const answer = await ask(operation)
        await state.rewind()

        expect({ ...answer, headers: {} }).not.toMatchObject({ status: 500 })
        expect(textOf(answer)).not.toContain(INSIDE)
        expect(carrier.asked().filter((path) => path.startsWith('/elsewhere'))).toEqual([])
        const carriers = new Set(carrier.asked().map((path) => path.split('/')[1]))
        const whenWell = asked.get(name) ?? []
        expect(whenWell.filter((each) => carriers.has(each)).length > 0).toBe(whenWell.length > 0)
      },
    )
  })

  test('the routes, when the carriers are well, ask each of them in several ways', () => {
    const askers = (wanted: Carrier) =>
      [...asked].filter(([, carriers]) => carriers.includes(wanted)).map(([name]) => name)

    expect(askers('twilio').length).toBeGreaterThan(8)
    expect(askers('elevenlabs').length).toBeGreaterThan(8)
  })

  /** One request as the document has it, by whom it is for, and all that it began. */
  async function ask(operation: Operation): Promise<Answer> {
    const { params, query, body } = stage.accepted(operation)
    const { route } = operation
    const search = new URLSearchParams(query).toString()
    const answer = await request(
      world.origin,
      route.method,
      `${pathOf(route, params)}${search && `?${search}`}`,
      { token: answersInvites(route) ? stage.stranger.token : ADMIN, body },
    )
    // Nobody waits for an order: its first steps are the loop's.
    await tickOrders(world)
    return answer
  }

  async function askedNow(): Promise<Carrier[]> {
    const { twilio, elevenlabs } = await atCarriers(world)
    return [
      ...(twilio.requests.length > 0 ? ['twilio' as const] : []),
      ...(elevenlabs.requests.length > 0 ? ['elevenlabs' as const] : []),
    ]
  }
})

const textOf = ({ body }: Answer) => (typeof body === 'string' ? body : JSON.stringify(body))

function json(res: ServerResponse, status: number, body: unknown): void {
  res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

async function hostileCarrier() {
  let paths: string[] = []
  let kind = ''
  const server = createServer({ keepAliveTimeout: 0 }, (req, res) => {
    paths.push(req.url ?? '')
    answers[kind]?.(res, url)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    close: () => void server.close(),
    behave(wanted: string) {
      kind = wanted
      paths = []
    },
    /** The paths it was asked for since it behaves so. */
    asked: () => paths,
  }
}
