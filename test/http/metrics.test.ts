import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { listenForMetrics } from '../../src/server/metrics/serve.ts'
import { ADMIN, control, fault, request, signUp } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

const rules = readFileSync(new URL('../../deploy/prometheus-alerts.yml', import.meta.url), 'utf8')

describe('GET /metrics', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld()
  })
  afterAll(() => world.stop())

  const read = async (token: string | undefined = ADMIN) => {
    const response = await fetch(`${world.origin}/metrics`, {
      headers: token === '' ? {} : { authorization: `Bearer ${token}` },
    })
    return { status: response.status, text: await response.text(), headers: response.headers }
  }
  /** The value of a series; 0 where there is none. */
  const value = async (series: string) => {
    const { text } = await read()
    const line = text.split('\n').find((each) => each.startsWith(`${series} `))
    return Number(line?.split(' ').at(-1) ?? 0)
  }
  const send = (method: string, path: string, headers: Record<string, string> = {}) =>
    fetch(world.origin + path, { method, headers }).then((response) => response.text())

  test('of an operator, is answered as Prometheus reads it; of anybody else, is refused', async () => {
    const [ours, nobodys, wrong] = await Promise.all([read(), read(''), read('no-key-of-ours')])

    expect([ours.status, nobodys.status, wrong.status]).toEqual([200, 401, 401])
    expect(ours.headers.get('content-type')).toMatch(/^text\/plain; version=/)
    expect(nobodys.text).not.toContain('orgline_')
  })

  test('after a request, has it by its route, and never by its path', async () => {
    const { organization } = await signUp(world)
    const route = '/api/organizations/:organizationId'
    const series = `orgline_http_requests_total{method="GET",route="${route}",status="200"}`
    const before = await value(series)

    await request(world.origin, 'GET', `/api/organizations/${organization.id}`, { token: ADMIN })

    expect(await value(series)).toBe(before + 1)
    expect((await read()).text).not.toContain(organization.id)
  })

  test('after a flood of paths, methods and ids of nobody, has one series more for each status alone', async () => {
    const seriesOf = (text: string) =>
      text.split('\n').filter((line) => /^orgline_(http|webhook|refused)/.test(line)).length
    await send('GET', '/nothing')
    await send('GET', '/api/organizations/0')
    await send('POST', '/api/organizations/0')
    const before = seriesOf((await read()).text)

    for (let index = 0; index < 30; index += 1) {
      await send(index % 2 ? 'GET' : 'PROPFIND', `/nothing-${index}?x=${index}`)
      await send('GET', `/api/organizations/${crypto.randomUUID()}`)
    }

    expect(seriesOf((await read()).text) - before).toBeLessThanOrEqual(2)
  })

  test('after a webhook that nobody has signed, counts it by the reason of its refusal', async () => {
    const series = 'orgline_refused_webhooks_total{reason="signature_invalid"}'
    const before = await value(series)

    await send('POST', '/api/webhooks/twilio/sms', {
      'content-type': 'application/x-www-form-urlencoded',
    })

    await expect.poll(() => value(series)).toBe(before + 1)
  })

  test('after calls, counts those that were answered in a name, and those that were nobody’s', async () => {
    const { organization } = await signUp(world)
    const known = await value('orgline_precall_answers_total{answer="known"}')
    const neutral = await value('orgline_precall_answers_total{answer="neutral"}')

    await control(world, 'POST', 'calls', { from: '+16045559000', to: organization.phoneNumber })
    await fetch(`${world.origin}/api/webhooks/elevenlabs/conversation-initiation`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'X-Orgline-Secret': world.config.elevenLabs.initSecret,
      },
      body: JSON.stringify({ called_number: '+16045550199', caller_id: '+16045559000' }),
    })

    expect(await value('orgline_precall_answers_total{answer="known"}')).toBe(known + 1)
    expect(await value('orgline_precall_answers_total{answer="neutral"}')).toBe(neutral + 1)
  })

  test('after requests to carriers, has them by operation and outcome, with how long they took', async () => {
    const count = (operation: string, outcome: string) =>
      value(
        `orgline_carrier_duration_seconds_count{carrier="twilio",operation="${operation}",outcome="${outcome}"}`,
      )
    const bought = await count('buyNumber', 'ok')
    const refused = await count('searchNumbers', 'unreachable')
    await fault(world, 'twilio', 'availablePhoneNumbers.list', 'error', { status: 500 })

    await signUp(world)

    expect(await count('searchNumbers', 'unreachable')).toBe(refused + 1)
    expect(await count('buyNumber', 'ok')).toBe(bought + 1)
  })

  test('read, has the pool against POOL_MIN, and every queue', async () => {
    const { text } = await read()

    expect(text).toContain('orgline_database_up 1')
    expect(text).toContain(`orgline_pool_min ${world.config.pool.min}`)
    expect(text).toContain('orgline_pool_numbers{status="configured"} 0')
    for (const queue of ['orders', 'sync', 'events', 'alerts', 'text_replies', 'calls'])
      expect(text).toMatch(new RegExp(`orgline_queue_due\\{queue="${queue}"\\} \\d`))
  })

  test('compared with the alert rules, has every metric that they name', async () => {
    await request(world.origin, 'POST', '/api/admin/reconcile', {
      token: ADMIN,
      body: { mode: 'dry-run' },
    })
    const { text } = await read()
    const served = new Set(
      text.split('\n').flatMap((line) => /^# TYPE (\w+) (\w+)/.exec(line)?.slice(1, 2) ?? []),
    )

    const named = new Set(rules.match(/orgline_[a-z_]+/g) ?? [])
    const unknown = [...named].filter(
      (name) => !served.has(name) && !served.has(name.replace(/_(bucket|count|sum)$/, '')),
    )

    expect(unknown).toEqual([])
    expect(named.size).toBeGreaterThan(8)
  })

  test('on a port of its own, is read without a key, and nothing else is', async () => {
    const { metrics, readMetrics } = world.context
    const own = await listenForMetrics(
      { port: 0, host: '127.0.0.1' },
      metrics.contentType,
      readMetrics,
    )
    const at = (path: string) => fetch(`http://127.0.0.1:${own.port}${path}`)

    const [open, closed] = await Promise.all([at('/metrics'), at('/api/admin/health')])
    const text = await open.text()
    own.close()

    expect([open.status, closed.status]).toEqual([200, 404])
    expect(text).toContain('orgline_http_requests_total')
  })
})
