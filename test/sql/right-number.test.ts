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
import { aHolding, aNumber, anAgent, anOrganization, aPhoneNumber } from '../support/rows.ts'

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

  const text = async (dealer: Dealer, to: string, from: string | null = null) => {
    const { message } = await db.rpc(
      'begin_message',
      { ...aText({ organizationId: dealer.id, to }), body: randomUUID(), from },
      Sent,
    )
    return { id: message.id, from: message.from, reason: message.number_reason }
  }
  const call = async (
    dealer: Dealer,
    to: string,
    chosen: { from?: string; agentId?: string } = {},
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
    dealer: fc.constantFrom(0, 1),
    line: fc.constantFrom(0, 1),
    customer: fc.constantFrom(0, 1),
    what: fc.constantFrom(
      'hear text',
      'hear call',
      'text',
      'call',
      'text from',
      'call from',
      'texting',
      'calling',
    ),
  })

  test('of two organizations that share their customers, is that of the last exchange while it can, else the default, else the newest', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 14 }), async (steps) => {
        const dealers = [await aDealer(), await aDealer(false)]
        const customers = [aCustomer(), aCustomer()]
        const last = new Map<string, Line>()
        for (const { what, ...at } of steps) {
          const dealer = dealers[at.dealer] as Dealer
          const line = dealer.lines[at.line] as Line
          const customer = customers[at.customer] as string
          const pair = `${dealer.id} ${customer}`
          const expected = (able: (line: Line) => boolean) => {
            const choices: [string, Line | null | undefined][] = [
              ['last_exchange', last.get(pair)],
              ['default', dealer.preferred],
              ['newest', dealer.lines[1]],
              ['newest', dealer.lines[0]],
            ]
            return choices.find(([, each]) => each && able(each)) as [string, Line] | undefined
          }
          if (what === 'texting') line.canText = !line.canText
          if (what === 'calling') line.canCall = !line.canCall
          if (what === 'texting' || what === 'calling') {
            await setAble(line)
          } else if (what === 'hear text' || what === 'hear call') {
            await (what === 'hear text' ? hearText : hearCall)(line, customer)
            last.set(pair, line)
          } else if (what === 'text from' || what === 'call from') {
            const isText = what === 'text from'
            if (!(isText ? line.canText : line.canCall)) continue
            const sent = isText
              ? await text(dealer, customer, line.number)
              : await call(dealer, customer, { from: line.number })
            expect(sent).toMatchObject({ from: line.number, reason: 'requested' })
            last.set(pair, line)
          } else {
            const chosen = expected((each) => (what === 'text' ? each.canText : each.canCall))
            const sending = (what === 'text' ? text : call)(dealer, customer)
            if (!chosen) {
              await expect(sending).rejects.toMatchObject({
                code: expect.stringMatching(/sms_not_ready|import_pending/),
              })
              continue
            }
            const [reason, { number }] = chosen
            expect(await sending).toMatchObject({ from: number, reason })
            last.set(pair, chosen[1])
          }
        }
      }),
      { numRuns: 40 },
    )
  }, 120_000)

  test('of a customer whose last text certainly was not sent, is that of the exchange before', async () => {
    const dealer = await aDealer()
    const [preferred, other] = dealer.lines
    const customer = aCustomer()
    await hearText(other, customer)
    const { id } = await text(dealer, customer, preferred.number)
    await sql(url, "update messages set status = 'failed' where id = $1", [id])

    expect(await text(dealer, customer)).toMatchObject({ from: other.number })
  })

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
      await expect(text(dealer, aCustomer(), from)).rejects.toMatchObject(refused)
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
