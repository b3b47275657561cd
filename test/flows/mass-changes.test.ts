import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { CarrierError } from '../../src/carriers/ports/carrier-error.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import {
  findingsOf,
  forget,
  inTwilioConsole,
  numberAtTwilio,
  reconcile,
} from '../support/reconcile.ts'
import {
  atCarriers,
  control,
  fault,
  notifications,
  runOrders,
  signUp,
} from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'
import { eleven } from '../twins/support.ts'

/** As many as a small deployment has, and one more than a sweep changes in one way of so many. */
const ALL = 4
const MANY = 3

describe('a sweep that would change many numbers in one way', () => {
  let world: World
  let numbers: string[]
  /** What Twilio answers is another account's. */
  let isElsewhere: boolean
  beforeEach(async () => {
    isElsewhere = false
    const gone = (operation: string) =>
      new CarrierError('twilio', operation, 'not_found', 'no such number [HTTP 404]')
    world = await startWorld({
      telephony: (real) => ({
        ...real,
        async *listNumbers(about) {
          if (!isElsewhere) yield* real.listNumbers(about)
        },
        async getNumber(sid) {
          if (isElsewhere) throw gone('incomingPhoneNumbers.fetch')
          return real.getNumber(sid)
        },
      }),
    })
    numbers = []
    for (let each = 0; each < ALL; each += 1)
      numbers.push((await signUp(world)).organization.phoneNumber)
  })
  afterEach(() => stopWithCleanLogs(world))

  const reported = async () =>
    (await notifications(world, '?type=reconcile_findings&status=pending')).filter(
      (row) => row.phone_number === null,
    )
  const rows = () =>
    world.sql<{ elevenlabs_phone_id: string | null; ghost_since: Date | null; status: string }>(
      `select phone_number, status, elevenlabs_phone_id, ghost_since, twilio_phone_sid
       from phone_numbers order by phone_number`,
    )
  const actions = async (body: object = {}) => {
    const { status, body: answer } = await reconcile(world, { mode: 'repair', ...body })
    expect(status).toBe(200)
    return answer.report.findings.map((each: { action: string }) => each.action)
  }
  const deleteImports = async (count: number) => {
    const { elevenlabs } = await atCarriers(world)
    for (const each of elevenlabs.phoneNumbers.slice(0, count))
      await eleven(world.twins, 'DELETE', `/convai/phone-numbers/${each.phone_number_id}`)
  }

  test.each([
    ['finds', 'sweep'],
    ['syncs, and finds', 'sync'],
  ])(
    'because it %s quarantines at Twilio that nobody knows here, leaves them alone, and tells once',
    async (_, who) => {
      const doubts = () =>
        world.sql('select phone_number from phone_numbers where mark_doubt is not null')
      // Nobody holds one of them, and the next sign-up would get it.
      const [spare] = numbers as [string]
      await world.sql(
        'update organization_phone_numbers set ended_at = now(), is_active = false where phone_number_id = (select id from phone_numbers where phone_number = $1)',
        [spare],
      )
      await world.sql("update phone_numbers set status = 'configured' where phone_number = $1", [
        spare,
      ])
      const urls = new Map<string, string>()
      for (const number of numbers.slice(0, MANY)) {
        const { sms_url: SmsUrl } = await numberAtTwilio(world, number)
        urls.set(number, SmsUrl)
        await inTwilioConsole(world, number, {
          SmsUrl: `${SmsUrl.replace(/#.*$/, '')}?quarantine=${randomUUID()}`,
        })
      }

      if (who === 'sync') {
        await world.sql('update phone_numbers set sync_due_at = now()')
        await world.context.phoneNumbers.syncDue.tick(new AbortController().signal)
      }
      expect(await actions()).toEqual(Array(MANY).fill('none'))
      expect(await actions()).toEqual(Array(MANY).fill('none'))

      expect(await doubts()).toHaveLength(MANY)
      const pending = () => notifications(world, '?type=reconcile_findings&status=pending')
      const all = await pending()
      expect(all).toMatchObject([{ phone_number: null, occurrences: 1 }])
      for (const number of urls.keys()) expect(all[0]?.message).toContain(number)
      expect((await signUp(world)).organization.phoneNumber).not.toBe(spare)
      for (const [number, SmsUrl] of urls) await inTwilioConsole(world, number, { SmsUrl })
      await actions()
      expect(await doubts()).toEqual([])
      expect(await pending()).toEqual([])
    },
  )

  test('because Twilio has none of them, marks none, tells once, and goes on when Twilio is right again', async () => {
    const before = await rows()
    isElsewhere = true

    expect(await actions()).toEqual(Array(ALL).fill('held'))
    expect(await actions()).toEqual(Array(ALL).fill('held'))

    expect(await rows()).toEqual(before)
    const [row, ...others] = await reported()
    expect(others).toEqual([])
    for (const number of numbers) expect(row?.message).toContain(number)
    expect(row?.message).toContain('"acceptMany": true')
    isElsewhere = false
    expect(await actions()).toEqual([])
    expect(await reported()).toEqual([])
  })

  test('because Twilio has none of them, marks all once a person says so', async () => {
    isElsewhere = true

    expect(await actions({ acceptMany: true })).toEqual(Array(ALL).fill('marked'))

    expect((await rows()).every(({ ghost_since }) => ghost_since !== null)).toBe(true)
    // Decided about: no later sweep holds them.
    expect(await actions()).toEqual(Array(ALL).fill('none'))
  })

  test('because their imports are gone, forgets no id, tells once, and imports them once a person says so', async () => {
    const before = await rows()
    await deleteImports(MANY)

    expect(await actions()).toEqual(Array(MANY).fill('held'))

    expect(await rows()).toEqual(before)
    expect(await world.sql("select 1 from number_orders where status <> 'done'")).toEqual([])
    expect(await reported()).toHaveLength(1)
    expect(await actions({ acceptMany: true })).toEqual(Array(MANY).fill('reimported'))
    await runOrders(world)
    expect((await atCarriers(world)).elevenlabs.phoneNumbers).toHaveLength(ALL)
    expect(await actions()).toEqual([])
    expect(await reported()).toEqual([])
  })

  test('fewer than that, imports them by itself', async () => {
    await deleteImports(MANY - 1)

    expect(await actions()).toEqual(Array(MANY - 1).fill('reimported'))

    await runOrders(world)
    expect((await atCarriers(world)).elevenlabs.phoneNumbers).toHaveLength(ALL)
  })

  test('because the database has lost them, silences none, and takes them up once a person says so', async () => {
    for (const number of numbers.slice(0, MANY)) await forget(world, number)
    const before = (await atCarriers(world)).twilio.numbers

    expect(await actions()).toEqual(Array(MANY).fill('held'))

    expect((await atCarriers(world)).twilio.numbers).toEqual(before)
    expect(await reported()).toHaveLength(1)
    expect(await actions({ acceptMany: true })).toEqual(Array(MANY).fill('adopted'))
    expect(await reported()).toEqual([])
  })

  test('looked for in a dry run, says which it would hold, and tells nobody', async () => {
    isElsewhere = true

    const findings = await findingsOf(world, 'dry-run')

    expect(findings.map(({ action }) => action)).toEqual(Array(ALL).fill('held'))
    expect(await reported()).toEqual([])
  })

  test('because the deployment moves, as a person said, holds nothing', async () => {
    await reconcile(world, { mode: 'repair' })
    await world.sql("update deployment set public_url = 'https://before.example.com'")

    const { status, body } = await reconcile(world, { mode: 'repair', acceptPublicUrl: true })

    expect({ status, held: body.report.counts.held }).toEqual({ status: 200, held: 0 })
    expect(await reported()).toEqual([])
  })

  test('of which one cannot be read, mends the others, and tells of that one until it can', async () => {
    const [unclear, other] = numbers as [string, string]
    for (const number of [unclear, other]) {
      const { sid } = await numberAtTwilio(world, number)
      await world.context.telephony.updateSettings(sid, { smsUrl: 'https://other.example.com' })
    }
    const { sid } = await numberAtTwilio(world, unclear)
    const real = world.context.telephony.getNumber
    const unclearOnce = async (asked: string) => {
      if (asked === sid)
        throw new CarrierError('twilio', 'incomingPhoneNumbers.fetch', 'bad_reply', 'unreadable')
      return real(asked)
    }
    world.context.telephony.getNumber = unclearOnce

    const findings = await findingsOf(world, 'repair')

    expect(findings).toMatchObject([
      { phoneNumber: other, class: 'drift', action: 'synced' },
      { phoneNumber: unclear, class: 'unconfirmed', action: 'none' },
    ])
    expect(await reported()).toMatchObject([{ message: expect.stringContaining(unclear) }])
    world.context.telephony.getNumber = real
    expect(await findingsOf(world, 'repair')).toMatchObject([
      { phoneNumber: unclear, class: 'drift', action: 'synced' },
    ])
    expect(await reported()).toEqual([])
  })
})

describe('an order that an answer has stopped', () => {
  let world: World
  beforeEach(async () => {
    world = await startWorld()
  })
  afterEach(() => stopWithCleanLogs(world))

  test.each([
    ['twilio', 'incomingPhoneNumbers.fetch', 'order_needs_attention'],
    ['elevenlabs', 'phoneNumbers.create', 'elevenlabs_import_required'],
  ] as const)(
    'of %s (%s) that was wrong, goes on with the sweep that finds it right again',
    async (carrier, operation, type) => {
      const status = carrier === 'twilio' ? 404 : 403
      await fault(world, carrier, operation, 'error', { status, times: 9 })
      const { organization } = await signUp(world)
      await runOrders(world)
      expect(await notifications(world, `?type=${type}&status=pending`)).toHaveLength(1)
      await control(world, 'DELETE', 'faults')
      if (carrier === 'elevenlabs')
        await world.context.voiceAgents.importNumber({
          phoneNumber: organization.phoneNumber,
          label: 'Line',
          agentId: world.config.elevenLabs.agentId,
        })

      await findingsOf(world, 'repair')
      await runOrders(world)

      expect(await world.sql('select status from number_orders')).toEqual([{ status: 'done' }])
      expect(await notifications(world, '?status=pending')).toEqual([])
    },
  )
})
