import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { Database } from '../../src/database/db.ts'
import { OPERATOR } from '../support/actors.ts'
import { cloneWithDoor, sql } from '../support/database.ts'
import { LOCK_WAITERS } from '../support/lock-waiters.ts'
import { aCallRequest, aText, callStoreWith } from '../support/outbound.ts'
import {
  aCall,
  aHolding,
  aMessage,
  aNumber,
  anAgent,
  anOrganization,
  aPhoneNumber,
} from '../support/rows.ts'

interface Line {
  number: string
  holdingId: string
  agentId: string
  canText: boolean
  canCall: boolean
}

interface Dealer {
  id: string
  lines: [Line, Line]
  /** Null: it has no default. */
  preferred: Line | null
}

const Sent = z.object({
  message: z.object({ id: z.string(), from: z.string(), number_reason: z.string() }),
})

describe('the number that a customer is called and texted from', () => {
  let url: string
  let drop: () => Promise<void>
  let db: Database
  beforeAll(async () => {
    ;({ url, db, drop } = await cloneWithDoor({ timeoutMs: 20_000, poolSize: 10 }))
  })
  afterAll(() => drop())

  let customers = 0
  const aCustomer = () => `+1604555${String(++customers).padStart(4, '0')}`

  async function aLine(organizationId: string): Promise<Line> {
    const number = aNumber()
    const agentId = `agent_${randomUUID()}`
    await anAgent(url, organizationId, { elevenlabs_agent_id: agentId })
    const phoneNumberId = await aPhoneNumber(url, {
      phone_number: number,
      status: 'assigned',
      sms_status: 'ready',
      elevenlabs_phone_id: randomUUID(),
      capabilities: { voice: true, sms: true },
      agent_id: agentId,
    })
    const holdingId = await aHolding(url, organizationId, phoneNumberId, { is_active: true })
    return { number, holdingId, agentId, canText: true, canCall: true }
  }

  async function aDealer(hasDefault = true): Promise<Dealer> {
    const id = await anOrganization(url)
    const lines: Dealer['lines'] = [await aLine(id), await aLine(id)]
    if (!hasDefault) return { id, lines, preferred: null }
    await sql(url, 'update organizations set default_phone_number_id = $2 where id = $1', [
      id,
      lines[0].holdingId,
    ])
    return { id, lines, preferred: lines[0] }
  }

  /** `id`: under which it was asked for before, and not sent. */
  const text = async (
    dealer: Dealer,
    to: string,
    { from = null, id = randomUUID() }: { from?: string | null; id?: string } = {},
  ) => {
    const { message } = await db.rpc(
      'begin_message',
      { ...aText({ organizationId: dealer.id, to }), id, body: randomUUID(), from },
      Sent,
    )
    return { id: message.id, from: message.from, reason: message.number_reason }
  }
  const call = async (
    dealer: Dealer,
    to: string,
    chosen: { from?: string; agentId?: string; id?: string } = {},
  ) => {
    const { call: made } = await callStoreWith(db, {}).beginOutbound(
      aCallRequest({ organizationId: dealer.id, to, ...chosen }),
    )
    return {
      id: made.id,
      from: made.from_number,
      reason: made.number_reason,
      agent: made.agent_id,
    }
  }
  const hearText = ({ number }: Line, from: string) =>
    sql(
      url,
      `select public.receive_message(p_provider_message_id => $1, p_from => $2, p_to => $3, p_customer => $2,
         p_body => 'Hello', p_media => '[]', p_segments => 1, p_request_id => 'test', p_keyword => null)`,
      [`SM${randomUUID()}`, from, number],
    )
  const hearCall = ({ number, agentId }: Line, from: string) =>
    sql(url, `select public.begin_inbound_call($1, null, $2, $3, $4, $3, 'test', 60000)`, [
      `CA${randomUUID()}`,
      agentId,
      from,
      number,
    ])
  const setAble = (line: Line) =>
    sql(
      url,
      `update phone_numbers set sms_status = $2, capabilities = jsonb_build_object('voice', $3::boolean)
       where phone_number = $1`,
      [line.number, line.canText ? 'ready' : 'pending', line.canCall],
    )

  const step = fc.record({
    // Mostly the same two, so that much happens between them.
    dealer: fc.constantFrom(0, 0, 0, 1),
    line: fc.constantFrom(0, 1),
    customer: fc.constantFrom(0, 0, 0, 1),
    what: fc.constantFrom(
      'hear text',
      'hear call',
      'text',
      'call',
      'text from',
      'call from',
      'not sent',
      'undelivered',
      'again',
      'texting',
      'calling',
    ),
  })
  /** An exchange; with the id of what was asked for. */
  interface Exchange {
    line: Line
    kind: 'text' | 'call'
    id?: string
  }
  /** What was asked for comes to nothing: the carrier refuses it, or does not deliver it. */
  const fail = ({ kind, id }: Exchange, isDelivery: boolean) =>
    kind === 'call'
      ? callStoreWith(db, {}).recordRefused(id ?? '', 'refused')
      : sql(url, 'update messages set status = $2, provider_message_id = $3 where id = $1', [
          id,
          isDelivery ? 'undelivered' : 'failed',
          isDelivery ? `SM${randomUUID()}` : null,
        ])

  test('of two organizations that share their customers, is that of the last exchange while it can, else the default, else the newest', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 20 }), async (steps) => {
        const dealers = [await aDealer(), await aDealer(false)]
        const customers = [aCustomer(), aCustomer()]
        const pairs = new Map<string, { past: Exchange[]; failed: Exchange[] }>()
        for (const { what, ...at } of steps) {
          const dealer = dealers[at.dealer] as Dealer
          const line = dealer.lines[at.line] as Line
          const customer = customers[at.customer] as string
          const pair = `${dealer.id} ${customer}`
          const { past, failed } = pairs.get(pair) ?? { past: [], failed: [] }
          pairs.set(pair, { past, failed })
          const expected = (able: (line: Line) => boolean) => {
            const choices: [string, Line | null | undefined][] = [
              ['last_exchange', past.at(-1)?.line],
              ['default', dealer.preferred],
              ['newest', dealer.lines[1]],
              ['newest', dealer.lines[0]],
            ]
            return choices.find(([, each]) => each && able(each)) as [string, Line] | undefined
          }
          /** By whatever number is right; what was asked for before and not sent, under its id. */
          const send = async (kind: Exchange['kind'], before?: Exchange) => {
            const chosen = expected((each) => (kind === 'text' ? each.canText : each.canCall))
            const sending = (kind === 'text' ? text : call)(
              dealer,
              customer,
              before?.id ? { id: before.id } : {},
            )
            if (!chosen) {
              await expect(sending).rejects.toMatchObject({
                code: expect.stringMatching(/sms_not_ready|import_pending/),
              })
              return
            }
            const [reason, { number }] = chosen
            const sent = await sending
            expect(sent).toMatchObject({ from: number, reason })
            past.push({ line: chosen[1], kind, id: sent.id })
            if (before) failed.splice(failed.indexOf(before), 1)
          }
          if (what === 'texting') line.canText = !line.canText
          if (what === 'calling') line.canCall = !line.canCall
          if (what === 'texting' || what === 'calling') {
            await setAble(line)
          } else if (what === 'hear text' || what === 'hear call') {
            await (what === 'hear text' ? hearText : hearCall)(line, customer)
            past.push({ line, kind: what === 'hear text' ? 'text' : 'call' })
          } else if (what === 'text from' || what === 'call from') {
            const kind = what === 'text from' ? 'text' : 'call'
            if (!(kind === 'text' ? line.canText : line.canCall)) continue
            const asked = { from: line.number }
            const sent = await (kind === 'text' ? text : call)(dealer, customer, asked)
            expect(sent).toMatchObject({ from: line.number, reason: 'requested' })
            past.push({ line, kind, id: sent.id })
          } else if (what === 'not sent' || what === 'undelivered') {
            const isDelivery = what === 'undelivered'
            const lost = past.findLast(({ id, kind }) => id && !(isDelivery && kind === 'call'))
            if (!lost) continue
            await fail(lost, isDelivery)
            past.splice(past.indexOf(lost), 1)
            if (!isDelivery) failed.push(lost)
          } else if (what === 'again') {
            const [before] = failed
            if (before) await send(before.kind, before)
          } else {
            await send(what)
          }
        }
      }),
      { numRuns: 60 },
    )
  }, 120_000)

  test.each([
    ['not sent', false],
    ['accepted and not delivered', true],
  ])(
    'of a customer whose last text was %s, is that of the exchange before',
    async (_, isDelivery) => {
      const dealer = await aDealer()
      const [preferred, other] = dealer.lines
      const customer = aCustomer()
      await hearText(other, customer)
      const { id } = await text(dealer, customer, { from: preferred.number })
      await fail({ line: preferred, kind: 'text', id }, isDelivery)

      expect(await text(dealer, customer)).toMatchObject({ from: other.number })
    },
  )

  test.each([
    ['text', aMessage],
    ['call', aCall],
  ] as const)(
    'of a customer whom a row of %ss did not reach, is that of the exchange before, however long it is',
    async (kind, aRow) => {
      const dealer = await aDealer()
      const [preferred, other] = dealer.lines
      const customer = aCustomer()
      const [send, hear] = kind === 'text' ? [text, hearText] : [call, hearCall]
      await hear(other, customer)
      const [contact] = await sql<{ id: string }>(
        url,
        'select id from contacts where organization_id = $1 and phone_number = $2',
        [dealer.id, customer],
      )
      const { id: organizationId } = dealer
      const of = { organizationId, holdingId: preferred.holdingId, contactId: contact?.id ?? null }
      const failures = Array.from({ length: 30 }, () =>
        aRow(url, of, { direction: 'outbound', status: 'failed' }),
      )
      await Promise.all(failures)

      const sent = await send(dealer, customer)
      expect(sent).toMatchObject({ from: other.number, reason: 'last_exchange' })
    },
  )

  test.each(['text', 'call'] as const)(
    'of a customer who got a %s only when it was asked for again, is that of its last try, however much came before',
    async (kind) => {
      const dealer = await aDealer()
      const [preferred, other] = dealer.lines
      const customer = aCustomer()
      const [send, hear] = kind === 'text' ? [text, hearText] : [call, hearCall]
      const { id } = await send(dealer, customer)
      await fail({ line: preferred, kind, id }, false)
      for (let heard = 0; heard < 30; heard += 1) await hear(other, customer)
      await send(dealer, customer, { id, from: preferred.number })

      expect(await text(dealer, customer)).toMatchObject({ from: preferred.number })
    },
  )

  test('that is given up while a text chooses it, is not used', async () => {
    const dealer = await aDealer()
    const [preferred, other] = dealer.lines
    const customer = aCustomer()
    await hearText(other, customer)
    const client = new Client({ connectionString: url })
    await client.connect()
    await client.query('begin')
    await client.query('select public.quarantine_phone_number($1, $2, $3, 14)', [
      OPERATOR,
      dealer.id,
      other.number,
    ])

    const sending = [text(dealer, customer), call(dealer, customer)]
    await expect.poll(() => sql(url, LOCK_WAITERS)).toHaveLength(2)
    await client.query('commit')
    await client.end()

    for (const sent of await Promise.all(sending)) {
      expect(sent).toMatchObject({ from: preferred.number })
    }
    expect(await text(dealer, customer)).toMatchObject({ from: preferred.number })
  })

  test('of another organization, asked for, is refused in the words for one that nobody has', async () => {
    const [dealer, another] = [await aDealer(), await aDealer()]
    const refusalOf = async (from: string) => {
      const refused = { code: 'from_unfit', message: expect.stringContaining(from) }
      await expect(text(dealer, aCustomer(), { from })).rejects.toMatchObject(refused)
      const error = await call(dealer, aCustomer(), { from }).catch((thrown: Error) => thrown)
      expect(error).toMatchObject(refused)
      return (error as Error).message.replace(from, '')
    }

    expect(await refusalOf(another.lines[0].number)).toBe(await refusalOf(aCustomer()))
  })

  test('of an agent that is asked for, is one that it answers, whatever the last exchange', async () => {
    const dealer = await aDealer()
    const [preferred, other] = dealer.lines
    const customer = aCustomer()
    await hearText(preferred, customer)

    expect(await call(dealer, customer, { agentId: other.agentId })).toMatchObject({
      from: other.number,
      reason: 'agent',
      agent: other.agentId,
    })
    expect(
      await call(dealer, customer, { from: preferred.number, agentId: other.agentId }),
    ).toMatchObject({ from: preferred.number, reason: 'requested', agent: other.agentId })
  })

  test('of an agent of another organization, is not called from', async () => {
    const [dealer, another] = [await aDealer(), await aDealer()]

    const calling = call(dealer, aCustomer(), { agentId: another.lines[0].agentId })

    await expect(calling).rejects.toMatchObject({ code: 'agent_not_found' })
  })

  test('of a call that was not dialled, is chosen anew when the same request is repeated', async () => {
    const dealer = await aDealer()
    const [preferred, other] = dealer.lines
    const [customer, id] = [aCustomer(), randomUUID()]
    const calls = callStoreWith(db, {})
    const request = aCallRequest({ id, organizationId: dealer.id, to: customer })
    await calls.beginOutbound(request)
    await calls.recordRefused(id, 'refused')
    await sql(url, 'select public.quarantine_phone_number($1, $2, $3, 14)', [
      OPERATOR,
      dealer.id,
      preferred.number,
    ])

    expect(await calls.beginOutbound(request)).toMatchObject({
      dial: true,
      call: { from_number: other.number, agent_id: other.agentId },
    })
  })

  test('of a call that was dialled, is told to a repeat also once it was given up', async () => {
    const dealer = await aDealer()
    const calls = callStoreWith(db, {})
    const from = dealer.lines[1].number
    const request = aCallRequest({ organizationId: dealer.id, to: aCustomer(), from })
    await calls.beginOutbound(request)
    await sql(url, 'select public.quarantine_phone_number($1, $2, $3, 14)', [
      OPERATOR,
      dealer.id,
      from,
    ])

    expect(await calls.beginOutbound(request)).toMatchObject({
      dial: false,
      call: { from_number: from, number_reason: 'requested' },
    })
  })
})
