import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { type Operation, operationsWhere } from '../support/operations.ts'
import { ADMIN, type Answer, request } from '../support/requests.ts'
import { bodyOf, pathOf, queryOf } from '../support/route-table.ts'
import { aTenant, type Tenant } from '../support/tenants.ts'
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

const isForClients = ({ route }: Operation) => ['signup', 'member', 'admin'].includes(route.guard)

describe('API10:2023, unsafe consumption of APIs', () => {
  let world: World
  let tenant: Tenant
  let carrier: { server: Server; url: string; paths: string[]; behave: (kind: string) => void }
  beforeAll(async () => {
    world = await startWorld()
    tenant = await aTenant(world)
    carrier = await hostileCarrier()
    await world.restart({
      TWILIO_BASE_URL: `${carrier.url}/twilio`,
      ELEVENLABS_BASE_URL: `${carrier.url}/elevenlabs`,
      SIGNUP_WAIT_MS: '300',
      BATCH_WAIT_MS: '300',
      CARRIER_TIMEOUT_MS: '500',
    })
  })
  afterAll(async () => {
    await stopWithCleanLogs(world)
    carrier.server.close()
  })

  describe.each(Object.keys(answers))('a carrier that answers %s', (kind) => {
    test.each(operationsWhere(isForClients))(
      'is believed in nothing by %s, which fails as it is described',
      async (_name, { route }) => {
        carrier.behave(kind)

        const answer = await request(
          world.origin,
          route.method,
          pathOf(route, tenant.ids) + queryOf(route, tenant.ids.phoneNumber),
          { token: ADMIN, body: bodyOf(route, tenant.organizationId) },
        )
        await Promise.allSettled([...world.context.background])

        expect({ ...answer, headers: {} }).not.toMatchObject({ status: 500 })
        expect(textOf(answer)).not.toContain(INSIDE)
        expect(carrier.paths.filter((path) => path.startsWith('/elsewhere'))).toEqual([])
      },
    )
  })

  test('the carrier, in all of the above, was asked', () => {
    expect(carrier.paths.some((path) => path.startsWith('/twilio'))).toBe(true)
    expect(carrier.paths.some((path) => path.startsWith('/elevenlabs'))).toBe(true)
  })
})

const textOf = ({ body }: Answer) => (typeof body === 'string' ? body : JSON.stringify(body))

function json(res: ServerResponse, status: number, body: unknown): void {
  res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

async function hostileCarrier() {
  const paths: string[] = []
  let kind = ''
  const behave = (wanted: string) => {
    kind = wanted
  }
  const server = createServer((req, res) => {
    paths.push(req.url ?? '')
    answers[kind]?.(res, url)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { server, url, paths, behave }
}
