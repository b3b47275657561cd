import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { CarrierError } from '../../src/carriers/ports/carrier-error.ts'
import type { Telephony } from '../../src/carriers/ports/telephony.ts'
import type { TextConversations } from '../../src/carriers/ports/text-conversations.ts'
import type { Database } from '../../src/database/db.ts'
import { createMessageStore } from '../../src/messages/message-store.ts'
import { createAnswerTurn } from '../../src/messages/replies/answer-turn.ts'
import { createFindUnanswered } from '../../src/messages/replies/find-unanswered.ts'
import { createReplies } from '../../src/messages/replies/replies.ts'
import { createSendAnswer } from '../../src/messages/replies/send-answer.ts'
import { createTurnStore } from '../../src/messages/replies/turn-store.ts'
import { createSendMessage } from '../../src/messages/send-message.ts'
import { Background } from '../../src/platform/background.ts'
import { OPERATOR } from '../support/actors.ts'
import { cloneWithDoor, sql } from '../support/database.ts'
import { memoryLog } from '../support/memory-log.ts'
import { createLife } from '../support/mortal.ts'
import { noLimits } from '../support/outbound.ts'
import { aBusyOrganization } from '../support/rows.ts'

const PUBLIC_URL = 'https://line.example.com'

/** How a server dies: after so many calls to what it works with, with or without the effect of the last. */
interface Death {
  calls: number
  where: 'before' | 'after'
}

type Life = Pick<ReturnType<typeof createLife>, 'mortal'>
const immortal: Life = { mortal: (it) => it }

describe('texts that agents answer, with servers that die', () => {
  let url: string
  let db: Database
  let dropDatabase: () => Promise<void>
  beforeAll(async () => {
    ;({ url, db, drop: dropDatabase } = await cloneWithDoor({ timeoutMs: 60_000, poolSize: 10 }))
  })
  afterAll(() => dropDatabase())

  const { log } = memoryLog()
  const never = new AbortController().signal
  /** What the telephone company was given, and what agents were asked: the world's own truth. */
  const sent: { sid: string; at: Date; from: string; to: string; body: string }[] = []
  let answerAs: 'well' | 'silent' = 'well'

  const telephony = {
    async sendMessage({ from, to, body }) {
      const sid = `SM${randomBytes(16).toString('hex')}`
      sent.push({ sid, at: new Date(), from, to, body })
      return {
        sid,
        status: 'queued' as const,
        errorCode: null,
        failure: null,
      }
    },
    listSentTexts: async ({ from, to }) =>
      sent.filter((each) => each.from === from && each.to === to),
  } as Pick<Telephony, 'sendMessage' | 'listSentTexts'> as Telephony
  const conversations: TextConversations = {
    async ask({ text, variables }, { onBegun }) {
      onBegun(`conv_${randomBytes(10).toString('hex')}`)
      if (answerAs === 'silent')
        throw new CarrierError('elevenlabs', 'textConversation', 'unreachable', 'no answer')
      return `${variables.organization_id} answers ${text}`
    },
    findTextFlaw: async () => undefined,
  }

  function aServer(life: Life = immortal) {
    const messages = createMessageStore(db, {
      pollMs: 1,
      publicUrl: PUBLIC_URL,
      spending: noLimits,
    })
    const turns = createTurnStore(db, {
      agentId: 'agent_test',
      leaseMs: 60_000,
      publicUrl: PUBLIC_URL,
      spending: noLimits,
    })
    const mortalTurns = life.mortal(turns)
    return createReplies({
      turns: mortalTurns,
      answerTurn: createAnswerTurn({
        turns: mortalTurns,
        conversations: life.mortal(conversations),
        findUnanswered: createFindUnanswered({
          turns: mortalTurns,
          telephony: life.mortal(telephony),
          log,
        }),
        sendAnswer: createSendAnswer(
          createSendMessage({
            messages: life.mortal(messages),
            telephony: life.mortal(telephony),
            publicUrl: PUBLIC_URL,
            log,
          }),
          { againMs: 15_000 },
        ),
        deadlineMs: 60_000,
        againMs: 15_000,
        defaultOrganizationName: 'Jack Automotive',
        log,
      }),
      background: new Background(),
      waitMs: 1,
      againMs: 15_000,
      log,
    })
  }

  async function liveAndDie({ calls, where }: Death): Promise<'died' | 'done'> {
    const life = createLife(calls, where)
    const working = aServer(life).answerDue(never)
    return Promise.race([working.then(() => 'done' as const), life.death])
  }

  /** Only time frees what a dead server has claimed: this is the time. */
  const passTime = () =>
    sql(
      url,
      'update orgline.text_turns set due_at = now(), is_due = false where due_at is not null',
    )

  /** Servers that live work off all that is left. */
  async function finish() {
    for (let round = 0; round < 8; round += 1) {
      await passTime()
      await aServer().answerDue(never)
    }
  }

  async function aTenant() {
    const { organizationId, phoneNumberId } = await aBusyOrganization(url)
    await sql(
      url,
      `update orgline.organizations set settings = '{"text_replies": "agent"}' where id = $1`,
      [organizationId],
    )
    const [number] = await sql<{ phone_number: string }>(
      url,
      `update orgline.phone_numbers set sms_status = 'ready' where id = $1 returning phone_number`,
      [phoneNumberId],
    )
    return { organizationId, number: number?.phone_number ?? '' }
  }
  type Tenant = Awaited<ReturnType<typeof aTenant>>

  let customers = 0
  const aCustomer = () => `+1604555${String(1000 + ++customers)}`

  /** A customer texts, and the carrier delivers it twice. */
  async function text({ number }: Tenant, customer: string, body: string) {
    const args = {
      providerMessageId: `SM${randomBytes(16).toString('hex')}`,
      from: customer,
      to: number,
      customer,
      body,
      media: [],
      segments: 1,
      requestId: 'request',
    }
    const Result = z.object({ result: z.string() })
    const results = [
      await db.rpc('receive_message', args, Result),
      await db.rpc('receive_message', args, Result),
    ]
    expect(results.map(({ result }) => result)).toEqual(['stored', 'duplicate'])
  }

  const answersOf = (customer: string) =>
    sent.flatMap(({ from, to, body }) => (to === customer ? [{ from, to, body }] : []))

  /** What the loop of texts finds out at the carrier, of each of which nobody knows whether it was sent. */
  async function lookUp() {
    const unsure = await sql<{ id: string; to_number: string; body: string }>(
      url,
      "select id, to_number, body from orgline.messages where direction = 'outbound' and provider_message_id is null and status = 'queued'",
    )
    for (const { id, to_number: to, body } of unsure) {
      const known = sent.find((each) => each.to === to && each.body === body)
      await sql(
        url,
        `update orgline.messages set status = $2, provider_message_id = $3, poll_at = null,
           failure_reason = case when $2 = 'failed' then 'text_unknown' end where id = $1`,
        known ? [id, 'sent', known.sid] : [id, 'failed', null],
      )
    }
  }

  const deaths = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].flatMap((calls): Death[] => [
    { calls, where: 'before' },
    { calls, where: 'after' },
  ])

  test.each(deaths)(
    'a server, that dies at its call number $calls, $where its effect, leaves the text answered once, from the number that was texted',
    async (death) => {
      const [tenant, customer] = [await aTenant(), aCustomer()]
      await text(tenant, customer, 'A question')
      await passTime()

      await liveAndDie(death)
      await finish()
      expect(answersOf(customer).length).toBeLessThanOrEqual(1)
      await lookUp()
      await finish()

      expect(answersOf(customer)).toEqual([
        {
          from: tenant.number,
          to: customer,
          body: `${tenant.organizationId} answers A question`,
        },
      ])
    },
  )

  test('the calls at which servers die here, are all that they make for one text', async () => {
    const [tenant, customer] = [await aTenant(), aCustomer()]
    await text(tenant, customer, 'A question')
    await passTime()

    expect(await liveAndDie({ calls: 11, where: 'before' })).toBe('done')
    expect(answersOf(customer)).toHaveLength(1)
  })

  test('an agent, that is silent for ever, is asked three times, and that is told once', async () => {
    const [tenant, customer] = [await aTenant(), aCustomer()]
    await text(tenant, customer, 'A question')
    answerAs = 'silent'
    await finish()
    answerAs = 'well'
    await finish()

    expect(answersOf(customer)).toEqual([])
    expect(
      await sql(
        url,
        "select from orgline.events where type = 'text_reply.failed' and facts ->> 'from' = $1",
        [customer],
      ),
    ).toHaveLength(1)
  })

  test('two organizations with the same customers, whatever servers do and whoever takes over, each answer each text once at most, with nothing of the other', async () => {
    const death = fc.record({
      calls: fc.integer({ min: 1, max: 10 }),
      where: fc.constantFrom('before' as const, 'after' as const),
    })
    const step = fc.oneof(
      fc.record({ text: fc.nat(1), customer: fc.nat(1) }),
      fc.record({ servers: fc.array(death, { minLength: 1, maxLength: 2 }) }),
      fc.record({ person: fc.nat(1), customer: fc.nat(1) }),
      fc.constant('time' as const),
    )
    const messages = createMessageStore(db, {
      pollMs: 1,
      publicUrl: PUBLIC_URL,
      spending: noLimits,
    })
    const byPerson = createSendMessage({ messages, telephony, publicUrl: PUBLIC_URL, log })

    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 9 }), async (steps) => {
        const tenants = [await aTenant(), await aTenant()] as const
        const people = [aCustomer(), aCustomer()] as const
        const texted = new Map<string, string>()
        let count = 0
        for (const each of steps) {
          if (each === 'time') await passTime()
          else if ('servers' in each) {
            await passTime()
            await Promise.all(each.servers.map(liveAndDie))
          } else if ('text' in each) {
            const word = `word-${each.text}-${++count}.`
            texted.set(word, tenants[each.text as 0 | 1].number)
            await text(tenants[each.text as 0 | 1], people[each.customer as 0 | 1], word)
          } else {
            const to = people[each.customer as 0 | 1]
            const { organizationId, number } = tenants[each.person as 0 | 1]
            await byPerson({
              id: crypto.randomUUID(),
              actor: OPERATOR,
              organizationId,
              to,
              from: number,
              insists: true,
              body: 'I take over',
              mediaUrls: [],
              leadId: null,
              requestId: 'request',
            })
            const before = answersOf(to).length
            await passTime()
            await aServer().answerDue(never)
            // From now on, for an hour, no agent of that organization says a word.
            const since = answersOf(to).slice(before)
            expect(since.filter(({ from }) => from === number)).toEqual([])
          }
        }
        await finish()
        const all = people.flatMap(answersOf)
        for (const [word, number] of texted) {
          const answers = all.filter(({ body }) => body.includes(word))
          expect(answers.length).toBeLessThanOrEqual(1)
          for (const { from } of answers) expect(from).toBe(number)
        }
        for (const { organizationId, number } of tenants)
          for (const { body } of all.filter(({ from }) => from === number))
            expect(body === 'I take over' || body.startsWith(organizationId)).toBe(true)
      }),
      { numRuns: 6 },
    )
  })
})
