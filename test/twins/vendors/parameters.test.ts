import { describe, expect, test } from 'vitest'
import { accountSid, apiKey, authToken, eleven, importOf, twinsForTest } from '../support.ts'
import { busyWorld, customer } from './busy-world.ts'
import { delivering, ofFirstPage } from './parameters.ts'
import { nameOf, twinRoutes } from './routes.ts'

type Carrier = keyof typeof twinRoutes
const carriers = ['twilio', 'elevenlabs'] as const
const routes = carriers.flatMap((carrier) => {
  return twinRoutes[carrier].map((route) => ({ carrier, ...route, name: nameOf(route) }))
})

describe('a query parameter', () => {
  test('that a route heeds, is one of which a test knows what it changes', () => {
    const heeded = routes.filter(({ query = [] }) => query.length > 0)
    const named = heeded.map(({ name, query = [] }) => [name, query.toSorted()])
    const reported = Object.entries(delivering).map(([name, each]) => [
      name,
      Object.keys(each).toSorted(),
    ])
    expect(Object.fromEntries(reported)).toEqual(Object.fromEntries(named))
  })

  test('that a route heeds, changes what the route answers', async () => {
    const world = await busyWorld()
    const ids: Record<string, string> = {
      'get /2010-04-01/Accounts/*/AvailablePhoneNumbers/*/Local.json': 'CA',
      'get /2010-04-01/Accounts/*/Messages/*/Media.json': world.textSid,
      'get /v1/Services/*/PhoneNumbers': world.serviceSid,
      'get /v1/Services/*/Compliance/Usa2p': world.serviceSid,
      'get /v2/Voice/Numbers/*': customer,
    }
    const idle: string[] = []
    for (const { name, path, carrier } of routes.filter((route) => delivering[route.name])) {
      const at = await urlOf(world.twins.origin, carrier, filled(path, ids[name]))
      const plain = await rowsOf(carrier, at)
      for (const [parameter, value] of Object.entries(delivering[name] ?? {})) {
        const asked = new URL(at)
        asked.searchParams.set(parameter, value ?? 'true')
        if (value === null) asked.searchParams.set(parameter, /Page/.test(parameter) ? '1' : 'true')
        if (value === ofFirstPage) asked.searchParams.set(parameter, await nextOf(carrier, at))
        const same = JSON.stringify(await rowsOf(carrier, asked)) === JSON.stringify(plain)
        if (same !== (value === null)) idle.push(`${name} ${parameter}`)
      }
    }
    expect(idle).toEqual([])
  })

  test.each(routes)('$name: that it does not heed, is refused by name', async (route) => {
    const { origin } = await twinsForTest()
    const at = await urlOf(origin, route.carrier, filled(route.path))
    at.searchParams.set('surprise', '1')
    const { status, body } = await ask(route.carrier, at, route.method)
    expect(status).toBe(route.carrier === 'twilio' ? 400 : 422)
    expect(JSON.stringify(body)).toContain('surprise')
  })

  test.each(routes.filter(({ query = [] }) => query.length > 0))(
    '$name: that is repeated, is refused and not passed over',
    async ({ carrier, path, query = [] }) => {
      const { origin } = await twinsForTest()
      const at = await urlOf(origin, carrier, filled(path))
      for (const value of ['1', '2']) at.searchParams.append(String(query[0]), value)
      expect((await ask(carrier, at)).status).toBe(carrier === 'twilio' ? 400 : 422)
    },
  )
})

describe('a field of a form', () => {
  const forms = routes.filter(({ carrier, method }) => carrier === 'twilio' && method === 'post')

  test.each(forms)('$name: that is not heeded, is refused by name', async ({ carrier, path }) => {
    const { origin } = await twinsForTest()
    const at = await urlOf(origin, carrier, filled(path))
    const { status, body } = await ask(carrier, at, 'post', new URLSearchParams({ Surprise: '1' }))
    expect({ status, body }).toMatchObject({ status: 400, body: { code: 20001 } })
    expect(JSON.stringify(body)).toContain('Surprise')
  })
})

describe('a branch that no agent has', () => {
  test.each([
    ['of a call that is dialled', 'POST', '/convai/twilio/outbound-call', true],
    ['of a call that is registered', 'POST', '/convai/twilio/register-call', true],
    ['of an imported number', 'PATCH', '/convai/phone-numbers/:phone', false],
  ])('%s, is refused', async (_name, method, path, isClientData) => {
    const { twins, agentId, phoneId } = await busyWorld()
    const body = (branch: string | undefined) => ({
      agent_id: agentId,
      ...(method === 'POST' && { to_number: customer }),
      ...(path.endsWith('outbound-call') && { agent_phone_number_id: phoneId }),
      ...(path.endsWith('register-call') && { from_number: customer }),
      ...(!isClientData && { branch_id: branch }),
      ...(isClientData && {
        conversation_initiation_client_data: {
          branch_id: branch,
          dynamic_variables: { name: 'Ann' },
        },
      }),
    })
    const ask = (branch: string | undefined) =>
      rawStatus(twins.origin, method, path.replace(':phone', phoneId), body(branch))
    expect(await ask('agtbrch_nobody')).toBe(422)
    expect(await ask(undefined)).toBe(200)
  })

  test.each(['/convai/agents/x', '/convai/conversations', '/convai/phone-numbers'])(
    'asked for at %s, is refused',
    async (path) => {
      const twins = await twinsForTest()
      const { status, body } = await eleven(twins, 'GET', `${path}?branch_id=agtbrch_nobody`)
      expect(status).toBe(422)
      expect(body.detail.message).toContain('branch_id')
    },
  )

  test.each([
    ['a call that is dialled', '/convai/twilio/outbound-call'],
    ['a call that is registered', '/convai/twilio/register-call'],
  ])('%s, with what the twin would not heed, is refused', async (_name, path) => {
    const { twins, agentId, phoneId } = await busyWorld()
    const call = {
      agent_id: agentId,
      to_number: customer,
      ...(path.endsWith('register-call')
        ? { from_number: customer }
        : { agent_phone_number_id: phoneId }),
    }
    const data = { dynamic_variables: { name: 'Ann' } }
    const ask = (top: object, own: object) =>
      rawStatus(twins.origin, 'POST', path, {
        ...call,
        ...top,
        conversation_initiation_client_data: { ...data, ...own },
      })
    expect(await ask({ surprise: 1 }, {})).toBe(422)
    expect(await ask({}, { surprise: 1 })).toBe(422)
    expect(await ask({}, { environment: 'staging' })).toBe(422)
    expect(await ask({}, { environment: 'production' })).toBe(200)
  })

  test('an import with a field that the twin does not have, is refused', async () => {
    const twins = await twinsForTest()
    const wanted = importOf('+16045552000', { region_config: { region_id: 'ie1' } })
    const { status, body } = await eleven(twins, 'POST', '/convai/phone-numbers', wanted)
    expect(status).toBe(422)
    expect(JSON.stringify(body)).toContain('region_config')
  })
})

/** The path with its parameters filled in: the account, and whatever else there is. */
function filled(path: string, id = 'nobody'): string {
  return path.replace(':accountSid', accountSid).replaceAll(/:\w+/g, encodeURIComponent(id))
}

async function urlOf(origin: string, carrier: Carrier, path: string): Promise<URL> {
  if (carrier === 'elevenlabs') return new URL(`${origin}/elevenlabs${path}`)
  const product = path.startsWith('/2010')
    ? 'api'
    : path.includes('/Services')
      ? 'messaging'
      : 'pricing'
  return new URL(`${origin}/twilio/${product}${path}`)
}

async function ask(carrier: Carrier, url: URL, method = 'get', body?: URLSearchParams) {
  const headers: Record<string, string> =
    carrier === 'twilio'
      ? { authorization: `Basic ${btoa(`${accountSid}:${authToken}`)}` }
      : { 'xi-api-key': apiKey }
  const response = await fetch(url, { method: method.toUpperCase(), headers, body: body ?? null })
  // biome-ignore lint/suspicious/noExplicitAny: answers of every shape
  return { status: response.status, body: (await response.json()) as any }
}

/** The rows of a list, or the one thing that it is about. */
async function rowsOf(carrier: Carrier, url: URL): Promise<unknown> {
  const { status, body } = await ask(carrier, url)
  expect({ url: url.href, status }).toEqual({ url: url.href, status: 200 })
  if (Array.isArray(body) || body.iso_country) return body
  return Object.values(body).find(Array.isArray)
}

async function nextOf(carrier: Carrier, url: URL): Promise<string> {
  const first = new URL(url)
  first.searchParams.set(carrier === 'twilio' ? 'PageSize' : 'page_size', '1')
  const { body } = await ask(carrier, first)
  if (carrier === 'elevenlabs') return body.next_cursor
  const next = new URL(body.next_page_uri ?? body.meta.next_page_url, url)
  return String(next.searchParams.get('PageToken'))
}

async function rawStatus(origin: string, method: string, path: string, body: object) {
  const response = await fetch(`${origin}/elevenlabs/v1${path}`, {
    method,
    headers: { 'xi-api-key': apiKey, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  await response.text()
  return response.status
}
