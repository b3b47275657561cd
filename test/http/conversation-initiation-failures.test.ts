import { gzipSync } from 'node:zlib'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { variableNames } from '../../src/agent-memory/variables.ts'
import { sql } from '../support/database.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { type Answer, answerOf, signUp } from '../support/requests.ts'
import { aCall, askInitiation, INITIATION_PATH } from '../support/signed.ts'
import { INIT_SECRET, startWorld, type World } from '../support/world.ts'

function expectNeutral(answer: Answer): void {
  expect(answer.status).toBe(200)
  expect(answer.body.type).toBe('conversation_initiation_client_data')
  expect(Object.keys(answer.body.dynamic_variables).sort()).toEqual([...variableNames].sort())
  expect(answer.body.dynamic_variables).toMatchObject({
    organization_name: 'Harbour Cars Default',
    organization_id: '',
    customer_name: 'Unknown',
    lead_status: 'New Inquiry',
    previous_summary: 'First conversation',
    conversation_context: '',
  })
}

describe('conversation-initiation, whatever goes wrong', () => {
  let world: World
  let number: string
  beforeAll(async () => {
    world = await startWorld({
      settings: { DEFAULT_ORGANIZATION_NAME: 'Harbour Cars Default' },
    })
    number = (await signUp(world, { name: 'Secret Dealer' })).organization.phoneNumber
  })
  afterAll(() => stopWithCleanLogs(world))

  test.each<[string, (call: ReturnType<typeof aCall>) => unknown]>([
    ['of a number nobody has', (call) => ({ ...call, called_number: '+16045558501' })],
    ['without a called number', ({ called_number: _, ...call }) => call],
    ['without anything', () => ({})],
    ['with null everywhere', () => ({ caller_id: null, called_number: null, call_sid: null })],
    ['with numbers for texts', () => ({ caller_id: 1, called_number: 16045552010, call_sid: 2 })],
    ['with objects for texts', () => ({ caller_id: {}, called_number: [], call_sid: { $ne: '' } })],
    ['that is a list', (call) => [call]],
    ['that is a text', () => '"called"'],
    ['that is null', () => 'null'],
    ['that is broken JSON', (call) => JSON.stringify(call).slice(0, -3)],
    ['that is empty', () => ''],
    ['that is no JSON at all', () => 'caller_id=1'],
    ['with a called number that is none', (call) => ({ ...call, called_number: "'; --" })],
    [
      'with a called number of 10,000 characters',
      (call) => ({ ...call, called_number: '1'.repeat(10_000) }),
    ],
    ['of 1.5 MB', (call) => ({ ...call, padding: 'x'.repeat(1_500_000) })],
  ])('an event, %s, gets neutral words', async (_circumstance, make) => {
    const answer = await askInitiation(world, make(aCall(number)))

    expectNeutral(answer)
  })

  test.each<[string, Record<string, string>]>([
    ['an unknown charset', { 'content-type': 'application/json; charset=nonsense' }],
    ['an unknown encoding', { 'content-encoding': 'nonsense' }],
    ['an encoding it does not have', { 'content-encoding': 'gzip' }],
  ])('an event, sent with %s, gets neutral words', async (_circumstance, headers) => {
    const answer = await askInitiation(world, aCall(number), headers)

    expectNeutral(answer)
  })

  test('a request, without any body, gets neutral words', async () => {
    const response = await fetch(`${world.origin}${INITIATION_PATH}`, {
      method: 'POST',
      headers: { 'x-orgline-secret': INIT_SECRET },
    })

    expectNeutral(await answerOf('POST', INITIATION_PATH, response))
  })

  test.each(['text/plain', 'application/octet-stream', 'application/x-www-form-urlencoded'])(
    'a good event, sent as %s, is understood',
    async (type) => {
      const answer = await askInitiation(world, aCall(number), { 'content-type': type })

      expect(answer.body.dynamic_variables).toMatchObject({ organization_name: 'Secret Dealer' })
    },
  )

  test('a good event, sent packed, is understood', async () => {
    const response = await fetch(`${world.origin}${INITIATION_PATH}`, {
      method: 'POST',
      body: new Uint8Array(gzipSync(JSON.stringify(aCall(number)))),
      headers: {
        'x-orgline-secret': INIT_SECRET,
        'content-type': 'application/json',
        'content-encoding': 'gzip',
      },
    })

    const { body } = await answerOf('POST', INITIATION_PATH, response)
    expect(body).toMatchObject({
      dynamic_variables: { organization_name: 'Secret Dealer' },
    })
  })

  test('texts, too long to be spoken, are cut', async () => {
    const answer = await askInitiation(world, aCall(number, { caller_id: 'x'.repeat(20_000) }))

    expect(answer.status).toBe(200)
    expect(answer.body.dynamic_variables.customer_phone.length).toBeLessThanOrEqual(1_000)
  })

  test('a database, that is away, is done without, and used again when it is back', async () => {
    const { name } = world.database
    const server = inject('postgresUrl')
    await sql(server, `alter database ${name} with allow_connections false`)
    await sql(
      server,
      `select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = '${name}'`,
    )

    const away = await askInitiation(world, aCall(number))
    await sql(server, `alter database ${name} with allow_connections true`)
    const back = await askInitiation(world, aCall(number))

    expectNeutral(away)
    expect(back.body.dynamic_variables).toMatchObject({ organization_name: 'Secret Dealer' })
  })

  describe('while nothing is to come in time', () => {
    beforeAll(() => world.restart({ PRECALL_DEADLINE_MS: '300' }))
    afterAll(() => world.restart({}))

    /** Runs `work` while another connection keeps the numbers from being read. */
    async function whileLocked<T>(work: () => Promise<T>): Promise<T> {
      const other = new Client({ connectionString: world.database.url })
      await other.connect()
      await other.query('begin; lock table phone_numbers in access exclusive mode')
      try {
        return await work()
      } finally {
        await other.end()
      }
    }

    test('a database, that does not come to an answer, is not waited for', async () => {
      const answer = await whileLocked(() => askInitiation(world, aCall(number)))

      expectNeutral(answer)
      expect(world.logs.some((line) => line.includes('pre-call answer took too long'))).toBe(true)
    })

    test('twenty calls at once, while the database is locked, are all answered', async () => {
      const twenty = Array.from({ length: 20 }, () => aCall(number))

      const answers = await whileLocked(() =>
        Promise.all(twenty.map((call) => askInitiation(world, call))),
      )

      for (const answer of answers) expectNeutral(answer)
    })
  })
})
