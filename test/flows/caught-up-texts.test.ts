import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createContext } from '../../src/server/context.ts'
import { OPERATOR } from '../support/actors.ts'
import { eraseContact } from '../support/erasures.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { buyAtTwilio } from '../support/manual.ts'
import {
  AT_ONCE,
  createCatchUp,
  listFails,
  minutesAgo,
  text,
  whileDatabaseAway,
} from '../support/outage.ts'
import { aLine } from '../support/quarantine.ts'
import { ADMIN, control, notifications, request } from '../support/requests.ts'
import { aText, SMS_PATH, twilioPost } from '../support/signed.ts'
import { startWorld, type World } from '../support/world.ts'

type Line = Awaited<ReturnType<typeof aLine>>

let customers = 0
/** A customer of this test alone. */
const aCustomer = () => `+1604555${(6_000 + ++customers).toString()}`

describe('a text that came while this server gave no answer', () => {
  let world: World
  let catchUp: ReturnType<typeof createCatchUp>
  beforeAll(async () => {
    world = await startWorld({ timings: AT_ONCE })
    catchUp = createCatchUp(world)
  })
  afterEach(() => control(world, 'DELETE', 'faults'))
  afterAll(() => stopWithCleanLogs(world))

  const missed = (message: Parameters<typeof text>[1]) =>
    world.whileAway(() => text(world, message))
  /** A line that its organization has had for a day. */
  async function anOldLine(): Promise<Line> {
    const line = await aLine(world)
    await since(line, minutesAgo(24 * 60))
    return line
  }
  async function since({ number }: Line, at: Date) {
    await world.sql(
      'update phone_numbers set created_at = $2, bought_at = $2 where phone_number = $1',
      [number, at],
    )
    await world.sql(
      `update organization_phone_numbers h set assigned_at = $2 from phone_numbers p
       where p.id = h.phone_number_id and p.phone_number = $1 and h.ended_at is null`,
      [number, at],
    )
  }
  const messagesOf = async ({ id }: Line) => {
    const path = `/api/organizations/${id}/messages`
    const { body } = await request(world.origin, 'GET', path, { token: ADMIN })
    return body.messages as { body: string; message_sid: string; late: boolean }[]
  }
  const optOutsOf = async ({ id }: Line) =>
    (
      await world.sql<{ phone_number: string }>(
        'select phone_number from opt_outs where organization_id = $1',
        [id],
      )
    ).map((row) => row.phone_number)
  const notificationsOf = async ({ number }: Line) =>
    (await notifications(world, '?type=sms_routing_failed')).filter(
      (row) => row.phone_number === number,
    )

  test('is stored for its organization, with the carrier’s time, once', async () => {
    const line = await anOldLine()
    const from = aCustomer()
    const at = minutesAgo(5)
    const sid = await missed({ from, to: line.number, body: 'Is it there?', at })
    expect(await messagesOf(line)).toEqual([])

    await catchUp.texts()
    await catchUp.texts()

    expect(await messagesOf(line)).toMatchObject([
      { message_sid: sid, body: 'Is it there?', from, direction: 'inbound', late: false },
    ])
    const [row] = await world.sql<{ created_at: Date }>(
      'select created_at from messages where provider_message_id = $1',
      [sid],
    )
    expect(row?.created_at).toEqual(at)
  })

  test('while only the database was away, is stored, too', async () => {
    const line = await aLine(world)
    const sid = await whileDatabaseAway(world, () =>
      text(world, { from: aCustomer(), to: line.number }),
    )

    await catchUp.texts()

    expect(await messagesOf(line)).toMatchObject([{ message_sid: sid }])
  })

  test.each([
    [9, false],
    [11, true],
  ])('%d minutes ago, is late: %s, wherever it is shown', async (minutes, late) => {
    const line = await anOldLine()
    const from = aCustomer()
    await missed({ from, to: line.number, at: minutesAgo(minutes) })

    await catchUp.texts()

    expect(await messagesOf(line)).toMatchObject([{ late }])
    const path = `/api/organizations/${line.id}/contacts`
    const found = await request(
      world.origin,
      'GET',
      `${path}?phoneNumber=${encodeURIComponent(from)}`,
      { token: ADMIN },
    )
    const timeline = await request(
      world.origin,
      'GET',
      `${path}/${found.body.contacts[0].id}/timeline`,
      { token: ADMIN },
    )
    expect(timeline.body.timeline).toMatchObject([{ late }])
  })

  test('with pictures, is stored with their addresses', async () => {
    const line = await aLine(world)
    const mediaUrls = ['https://example.test/car.png', 'https://example.test/key.jpg']
    const sid = await missed({ from: aCustomer(), to: line.number, mediaUrls })

    await catchUp.texts()

    const [row] = await world.sql<{ media: { url: string; contentType: string }[] }>(
      'select media from messages where provider_message_id = $1',
      [sid],
    )
    expect(row?.media.map(({ contentType }) => contentType)).toEqual(['image/png', 'image/jpeg'])
    expect(row?.media[0]?.url).toMatch(
      new RegExp(`^https://api.twilio.com/2010-04-01/Accounts/.*/Messages/${sid}/Media/ME\\w+$`),
    )
  })

  test('and whose webhook comes after all, is stored once', async () => {
    const line = await aLine(world)
    const from = aCustomer()
    const sid = await missed({ from, to: line.number })
    await catchUp.texts()

    const answer = await twilioPost(
      world,
      SMS_PATH,
      aText(line.number, { MessageSid: sid, From: from }),
    )

    expect(answer.status).toBe(200)
    expect(await messagesOf(line)).toHaveLength(1)
  })

  test('younger than its webhook may take, is left alone', async () => {
    const patient = await startWorld()
    const line = await aLine(patient)
    const sid = await patient.whileAway(() => text(patient, { from: aCustomer(), to: line.number }))

    await createCatchUp(patient).texts()

    expect(
      await patient.sql('select 1 from messages where provider_message_id = $1', [sid]),
    ).toEqual([])
    await patient.stop()
  })

  test('before its number changed hands, is its holder’s of then', async () => {
    const [first, second] = [await anOldLine(), await aLine(world, { provisionPhone: false })]
    const from = aCustomer()
    // Given up three minutes ago, and another's since two.
    await world.sql(
      `update organization_phone_numbers h set ended_at = $2, is_active = false from phone_numbers p
       where p.id = h.phone_number_id and p.phone_number = $1`,
      [first.number, minutesAgo(3)],
    )
    await world.sql(
      `insert into organization_phone_numbers (organization_id, phone_number_id, assigned_at, is_active)
       select $2, p.id, $3, true from phone_numbers p where p.phone_number = $1`,
      [first.number, second.id, minutesAgo(2)],
    )
    for (const minutes of [5, 1])
      await missed({ from, to: first.number, body: `${minutes} ago`, at: minutesAgo(minutes) })

    await catchUp.texts()

    expect((await messagesOf(first)).map(({ body }) => body)).toEqual(['5 ago'])
    expect((await messagesOf(second)).map(({ body }) => body)).toEqual(['1 ago'])
  })

  test('in the very second in which its number changed hands, is nobody’s; a STOP counts for both', async () => {
    const [first, second] = [await anOldLine(), await aLine(world, { provisionPhone: false })]
    const from = aCustomer()
    const at = minutesAgo(3)
    const change = new Date(at.getTime() + 500)
    await world.sql(
      `update organization_phone_numbers h set ended_at = $2, is_active = false from phone_numbers p
       where p.id = h.phone_number_id and p.phone_number = $1`,
      [first.number, change],
    )
    await world.sql(
      `insert into organization_phone_numbers (organization_id, phone_number_id, assigned_at, is_active)
       select $2, p.id, $3, true from phone_numbers p where p.phone_number = $1`,
      [first.number, second.id, change],
    )
    await missed({ from, to: first.number, body: 'STOP', at })

    await catchUp.texts()

    expect([await messagesOf(first), await messagesOf(second)]).toEqual([[], []])
    expect([await optOutsOf(first), await optOutsOf(second)]).toEqual([[from], [from]])
    expect(await notificationsOf(first)).toHaveLength(1)
  })

  test('when nobody held its number, is stored for nobody, also once somebody does; a person is told once', async () => {
    const line = await anOldLine()
    const from = aCustomer()
    await line.organization.release()
    await world.sql(
      `update organization_phone_numbers h set ended_at = $2 from phone_numbers p
       where p.id = h.phone_number_id and p.phone_number = $1`,
      [line.number, minutesAgo(5)],
    )
    for (const body of ['Anybody?', 'Hello?'])
      await missed({ from, to: line.number, body, at: minutesAgo(3) })
    await line.organization.restore()

    await catchUp.texts()
    await catchUp.texts()

    expect(await messagesOf(line)).toEqual([])
    const reported = await notificationsOf(line)
    expect(reported).toMatchObject([{ status: 'pending', occurrences: 2 }])
    expect(reported[0]?.message).toContain(line.number)
    expect(reported[0]?.message).not.toContain('Anybody')
  })

  test('that was refused by webhook, is not counted again', async () => {
    const line = await aLine(world)
    await world.sql("update phone_numbers set status = 'configured' where phone_number = $1", [
      line.number,
    ])
    await world.sql(
      `delete from organization_phone_numbers h using phone_numbers p
       where p.id = h.phone_number_id and p.phone_number = $1
         and not exists (select from organizations o where o.default_phone_number_id = h.id)`,
      [line.number],
    )
    await world.sql(
      `update organization_phone_numbers h set ended_at = now() - interval '1 hour', is_active = false from phone_numbers p
       where p.id = h.phone_number_id and p.phone_number = $1`,
      [line.number],
    )
    await text(world, { from: aCustomer(), to: line.number })

    await catchUp.texts()
    await catchUp.texts()

    // The fallback was told of it, too.
    expect(await notificationsOf(line)).toMatchObject([{ occurrences: 1 }])
  })

  test('and says STOP, opts out; of a time in which nobody held the number, for whoever held it last', async () => {
    const [held, givenUp] = [await anOldLine(), await anOldLine()]
    const [a, b] = [aCustomer(), aCustomer()]
    await givenUp.organization.release()
    await missed({ from: a, to: held.number, body: 'STOP', at: minutesAgo(3) })
    await missed({ from: b, to: givenUp.number, body: 'Stop' })

    await catchUp.texts()

    expect(await optOutsOf(held)).toEqual([a])
    expect(await optOutsOf(givenUp)).toEqual([b])
  })

  test('of several keywords, the last one counts, whatever comes later', async () => {
    const line = await anOldLine()
    const [a, b] = [aCustomer(), aCustomer()]
    for (const [from, body, minutes] of [
      [a, 'STOP', 9],
      [a, 'START', 7],
      [b, 'START', 9],
      [b, 'STOP', 7],
    ] as const)
      await missed({ from, to: line.number, body, at: minutesAgo(minutes) })

    await catchUp.texts()

    expect(await optOutsOf(line)).toEqual([b])
  })

  test('of a customer who was erased since, is stored nowhere and erased at the carrier; a STOP counts', async () => {
    const line = await anOldLine()
    const from = aCustomer()
    await text(world, { from, to: line.number, body: 'Do you have it?' })
    const sids = await world.whileAway(async () => [
      await text(world, { from, to: line.number, body: 'My name is Ada', at: minutesAgo(3) }),
      await text(world, { from, to: line.number, body: 'STOP', at: minutesAgo(2) }),
      await text(world, { from, to: line.number, body: 'START', at: minutesAgo(1) }),
    ])
    expect((await eraseContact(world, line, from)).status).toBe(200)

    await catchUp.texts()
    await catchUp.texts()

    expect(await messagesOf(line)).toEqual([])
    expect(await world.sql('select 1 from contacts where phone_number = $1', [from])).toEqual([])
    expect(await optOutsOf(line)).toEqual([from])
    const erasing = await world.sql<{ provider_id: string }>(
      "select provider_id from carrier_erasures where kind = 'message' and organization_id = $1",
      [line.id],
    )
    expect(erasing.map((row) => row.provider_id)).toEqual(expect.arrayContaining(sids))
  })

  test('and cannot be stored, keeps no other from it, and is stored later', async () => {
    const line = await anOldLine()
    const [a, b] = [aCustomer(), aCustomer()]
    const refusedAt = minutesAgo(4)
    await missed({ from: a, to: line.number, body: 'refused', at: refusedAt })
    await missed({ from: b, to: line.number, body: 'taken', at: minutesAgo(3) })
    await world.sql(
      "alter table messages add constraint refuse_text check (body <> 'refused') not valid",
    )

    const held = await catchUp.texts()
    const before = (await messagesOf(line)).map(({ body }) => body)
    await world.sql('alter table messages drop constraint refuse_text')
    await catchUp.texts()

    expect(before).toEqual(['taken'])
    expect(Date.parse(held.through ?? '')).toBe(refusedAt.getTime())
    expect((await messagesOf(line)).map(({ body }) => body)).toEqual(['taken', 'refused'])
  })

  test('while the carrier’s list gives no answer, is found when it does', async () => {
    const line = await aLine(world)
    const sid = await missed({ from: aCustomer(), to: line.number })
    await listFails(world, 'messages.list')

    await expect(catchUp.texts()).rejects.toThrow('messages.list')
    expect(await messagesOf(line)).toEqual([])
    await catchUp.texts()

    expect(await messagesOf(line)).toMatchObject([{ message_sid: sid }])
  })

  test('to a number in the account that is not ours, is left alone', async () => {
    const { phoneNumber: number } = await buyAtTwilio(world)
    const sid = await missed({ from: aCustomer(), to: number })

    await catchUp.texts()

    expect(await world.sql('select 1 from refused_arrivals where provider_id = $1', [sid])).toEqual(
      [],
    )
    expect(await notifications(world, `?type=sms_routing_failed`)).not.toContainEqual(
      expect.objectContaining({ phone_number: number }),
    )
  })

  test('for a deployment whose numbers point at another server, is left to that one', async () => {
    const { number, id } = await aLine(world)
    const from = aCustomer()
    await missed({ from, to: number, body: 'Not for a copy' })
    const elsewhere = createContext(
      { ...world.config, publicUrl: 'https://copy.example.com' },
      { log: world.context.log },
    )
    await world.context.reconcile.reconcile.now(OPERATOR, 'repair', false)
    const { signal } = new AbortController()

    const left = await elsewhere.messages.catchUp(signal, {}).finally(elsewhere.db.close)

    expect(left).toBeUndefined()
    expect(await messagesOf({ id } as Line)).toEqual([])
    await catchUp.texts()
    expect(await messagesOf({ id } as Line)).toMatchObject([{ body: 'Not for a copy' }])
  })
})
