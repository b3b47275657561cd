import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { variableNames } from '../../src/agent-memory/variables.ts'
import { createHttpServer } from '../../src/server/http-server.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { nowhere } from '../support/memory-log.ts'
import { type Answer, signUp } from '../support/requests.ts'
import { aCall, askInitiation, aText, SMS_PATH, twilioPost } from '../support/signed.ts'
import { startWorld, type World } from '../support/world.ts'

/** More than it takes to be an overload. */
const MANY = 40

describe('an overloaded server', () => {
  let world: World
  let gated: World
  let server: Server
  let number: string
  beforeAll(async () => {
    world = await startWorld({
      settings: {
        DEFAULT_ORGANIZATION_NAME: 'Harbour Cars Default',
        // A quarter of it passes until somebody comes too late.
        PRECALL_DEADLINE_MS: '20000',
      },
    })
    number = (await signUp(world, { name: 'Secret Dealer' })).organization.phoneNumber
    // As server.ts has it.
    const listener = world.context.webhooks.overload.before(world.app)
    server = createHttpServer({ keepAliveTimeout: 0 }, nowhere).on('request', listener)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    gated = { ...world, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
  })
  afterAll(async () => {
    server.closeAllConnections()
    server.close()
    await stopWithCleanLogs(world)
  })

  /** Asks again and again while numbers cannot be read, until an answer is as it is waited for. */
  async function whileLocked(ask: () => Promise<Answer>, isIt: (answer: Answer) => boolean) {
    const other = new Client({ connectionString: world.database.url })
    await other.connect()
    await other.query('begin; lock table phone_numbers in access exclusive mode')
    const answers: Answer[] = []
    const asked: Promise<unknown>[] = []
    const askOnce = () => asked.push(ask().then((answer) => answers.push(answer)))
    try {
      for (let index = 0; index < MANY; index += 1) askOnce()
      const askAgain = () => {
        askOnce()
        return answers.some(isIt)
      }
      await expect.poll(askAgain, { interval: 100 }).toBe(true)
    } finally {
      await other.end()
    }
    await Promise.all(asked)
    return answers
  }

  test('asked about a call, answers whoever came too late with every variable, in nobody’s name', async () => {
    const isNeutral = ({ body }: Answer) =>
      body.dynamic_variables.organization_name === 'Harbour Cars Default'
    const answers = await whileLocked(() => askInitiation(gated, aCall(number)), isNeutral)

    const neutral = answers.find(isNeutral)
    expect(neutral?.status).toBe(200)
    expect(Object.keys(neutral?.body.dynamic_variables).sort()).toEqual([...variableNames].sort())
    expect(neutral?.body.dynamic_variables).toMatchObject({
      organization_id: '',
      customer_phone: '',
    })
    // Whoever was taken in before has waited, and is answered as meant.
    expect(answers[answers.length - 1]?.body.dynamic_variables.organization_name).toBe(
      'Secret Dealer',
    )
  })

  test('sent a text, asks for it again, and stores those that it took in', async () => {
    const isBusy = ({ status }: Answer) => status === 503
    const answers = await whileLocked(
      () => twilioPost(gated, SMS_PATH, aText(number, { From: '+16045559777' })),
      isBusy,
    )

    const busy = answers.find(isBusy)
    expect(busy?.headers.get('retry-after')).toBe('5')
    expect(busy?.body).toMatchObject({ code: 'webhooks_busy', instance: SMS_PATH })
    const named = world.logs.map((line) => JSON.parse(line).requestId)
    const ids = answers.filter(isBusy).map(({ body }) => body.requestId)
    expect(ids.some((id) => named.includes(id))).toBe(true)
    expect(busy?.headers.get('x-request-id')).toBe(busy?.body.requestId)
    const taken = answers.filter(({ status }) => status === 200)
    expect(taken.length).toBeGreaterThan(0)
    expect(await world.sql("select from messages where from_number = '+16045559777'")).toHaveLength(
      taken.length,
    )
  })

  test('called, apologizes to whoever came too late, and takes a message', async () => {
    const isApology = ({ body }: Answer) => /nobody can take your call.*<Record /s.test(body)
    const ring = () =>
      twilioPost(gated, '/api/webhooks/call/incoming', {
        CallSid: `CA${crypto.randomUUID().replaceAll('-', '')}`,
        From: '+16045559778',
        To: number,
      })

    const answers = await whileLocked(ring, isApology)

    expect(answers.find(isApology)?.body).not.toContain('Secret Dealer')
    expect(world.logs.join()).not.toContain('call not given to its agent')
  })
})
