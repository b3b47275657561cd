import { describe, expect, test } from 'vitest'
import { accountSid, apiKey, authToken, eleven, importOf, twinsForTest } from '../support.ts'
import { busyWorld, customer } from './busy-world.ts'
import { type Asked, delivering, ofFirstPage, type Row } from './parameters.ts'
import { nameOf, twinRoutes } from './routes.ts'
import { variedWorld } from './varied-world.ts'

type Carrier = keyof typeof twinRoutes
const carriers = ['twilio', 'elevenlabs'] as const
const routes = carriers.flatMap((carrier) => {
  return twinRoutes[carrier].map((route) => ({ carrier, ...route, name: nameOf(route) }))
})

/** What answers no rows, and is told apart from itself by its time: test/twins/text-conversations.test.ts asks for it. */
const NO_LISTS = ['get /v1/convai/conversation/get-signed-url']

describe('a query parameter', () => {
  test('that a route heeds, is one of which a test knows what it leaves', () => {
    const heeded = routes.filter(
      ({ name, query = [] }) => query.length > 0 && !NO_LISTS.includes(name),
    )
    const named = heeded.map(({ name, query = [] }) => [name, query.toSorted()])
    const reported = Object.entries(delivering).map(([name, each]) => [
      name,
      Object.keys(each).toSorted(),
    ])
    expect(Object.fromEntries(reported)).toEqual(Object.fromEntries(named))
  })

  test('that a route heeds, leaves the rows that it should, takes others away, or alters the answer', async () => {
    const world = await variedWorld()
    const ids: Record<string, string> = {
      'get /2010-04-01/Accounts/*/AvailablePhoneNumbers/*/Local.json': 'CA',
      'get /2010-04-01/Accounts/*/Messages/*/Media.json': world.textSid,
      'get /v1/Services/*/PhoneNumbers': world.serviceSid,
      'get /v1/Services/*/Compliance/Usa2p': world.serviceSid,
      'get /v2/Voice/Numbers/*': customer,
    }
    const wrong: unknown[] = []
    for (const { name, path, carrier } of routes.filter((route) => delivering[route.name])) {
      const at = urlOf(world.twins.origin, carrier, filled(path, ids[name]))
      // Of a list that is longer than a page.
      if (path.includes('AvailablePhoneNumbers')) at.searchParams.set('PageSize', '1000')
      const plain = await rowsOf(carrier, at)
      const askedWith = async (parameter: string, value: string) => {
        const asked = new URL(at)
        const sent = value === ofFirstPage ? await nextOf(carrier, at) : value
        asked.searchParams.set(parameter, sent)
        return await rowsOf(carrier, asked)
      }
      for (const [parameter, tried] of Object.entries(delivering[name] ?? {})) {
        if ('asked' in tried) {
          const faults = await faultsOf(tried.asked, plain, (value) => askedWith(parameter, value))
          wrong.push(...faults.map((fault) => `${name} ${parameter}: ${fault}`))
          continue
        }
        const isNeedless = 'needless' in tried
        const answer = await askedWith(parameter, isNeedless ? tried.needless : tried.altered)
        const isSame = JSON.stringify(answer) === JSON.stringify(plain)
        if (isSame !== isNeedless) wrong.push(`${name} ${parameter}: same? ${isSame}`)
      }
    }
    expect(wrong).toEqual([])
  })

  test.each(routes)('$name: that it does not heed, is refused by name', async (route) => {
    const { origin } = await twinsForTest()
    const at = urlOf(origin, route.carrier, filled(route.path))
    at.searchParams.set('surprise', '1')
    const { status, body } = await ask(route.carrier, at, route.method)
    expect(status).toBe(route.carrier === 'twilio' ? 400 : 422)
    expect(JSON.stringify(body)).toContain('surprise')
  })

  test.each(routes.filter(({ query = [] }) => query.length > 0))(
    '$name: that is repeated, is refused and not passed over',
    async ({ carrier, path, query = [] }) => {
      const { origin } = await twinsForTest()
      const at = urlOf(origin, carrier, filled(path))
      for (const value of ['1', '2']) at.searchParams.append(String(query[0]), value)
      expect((await ask(carrier, at)).status).toBe(carrier === 'twilio' ? 400 : 422)
    },
  )
})

describe('a field of a form', () => {
  const forms = routes.filter(({ carrier, method }) => carrier === 'twilio' && method === 'post')

  test.each(forms)('$name: that is not heeded, is refused by name', async ({ carrier, path }) => {
    const { origin } = await twinsForTest()
    const at = urlOf(origin, carrier, filled(path))
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

/** By which part of a path each product of Twilio's is known; prices have none of these. */
const PRODUCTS = [
  ['/2010', 'api'],
  ['/Services', 'messaging'],
  ['/DialingPermissions', 'voice'],
  ['/GeoPermissions', 'accounts'],
] as const

function urlOf(origin: string, carrier: Carrier, path: string): URL {
  if (carrier === 'elevenlabs') return new URL(`${origin}/elevenlabs${path}`)
  const product = PRODUCTS.find(([part]) => path.includes(part))?.[1] ?? 'pricing'
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

/** A row by what stays as it is while prices and states come in. */
function idOf(row: Row): string {
  return row.sid ?? row.conversation_id ?? row.phone_number_id ?? row.agent_id ?? row.phone_number
}

/** What is wrong with the rows that a filter leaves of all, for each value that it is tried with. */
async function faultsOf(
  asked: Asked[],
  all: Row[],
  answerTo: (value: string) => Promise<Row[]>,
): Promise<string[]> {
  const faults: string[] = []
  const kept: number[] = []
  for (const { value: given, leaves } of asked) {
    const value = typeof given === 'string' ? given : given(all)
    const [wanted, found] = [leaves(all, value), await answerTo(value)].map((rows) =>
      rows.map(idOf),
    ) as [string[], string[]]
    kept.push(wanted.length)
    const missing = wanted.filter((row) => !found.includes(row))
    const extra = found.filter((row) => !wanted.includes(row))
    if (JSON.stringify(found) !== JSON.stringify(wanted))
      faults.push(`${value}: ${missing.length} missing, ${extra.length} that should not be there`)
  }
  if (Math.min(...kept) === all.length) faults.push('no value takes a row away')
  if (Math.max(...kept) === 0) faults.push('no value leaves a row')
  return faults
}

/** The rows of a list; the one thing that an answer is about, as a list of it. */
async function rowsOf(carrier: Carrier, url: URL): Promise<Row[]> {
  const { status, body } = await ask(carrier, url)
  expect({ url: url.href, status }).toEqual({ url: url.href, status: 200 })
  if (Array.isArray(body)) return body
  return body.iso_country ? [body] : (Object.values(body).find(Array.isArray) ?? [])
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
