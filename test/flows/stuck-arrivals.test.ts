import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Telephony } from '../../src/carriers/ports/telephony.ts'
import { underLease } from '../../src/database/lease.ts'
import { createWatchLoops } from '../../src/server/watch-loops.ts'
import { AT_ONCE } from '../support/outage.ts'
import { aLine } from '../support/quarantine.ts'
import { control, fault, notifications } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

const { signal } = new AbortController()
const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString()

describe('a text that cannot be stored', () => {
  let world: World
  beforeEach(async () => {
    world = await startWorld({ timings: AT_ONCE })
  })
  afterEach(() => world.stop())

  const reported = () => notifications(world, '?type=sms_routing_failed')
  const allow = () => world.sql('drop trigger refuse on messages')
  async function aPoisonedText() {
    const line = await aLine(world)
    await world.sql(
      `create function orgline.refuse() returns trigger language plpgsql as
         'begin raise exception ''poisoned''; end'`,
    )
    await world.sql(
      'create trigger refuse before insert on messages for each row execute function orgline.refuse()',
    )
    await control(world, 'POST', 'sms', { from: '+16045559001', to: line.number, body: 'Hi' })
    const run = async (since: string | undefined) => {
      const [sid] = Object.keys((await world.context.messages.catchUp(signal, {}))?.failing ?? {})
      if (!sid) throw new Error('nothing failed')
      return world.context.messages.catchUp(signal, since ? { failing: { [sid]: since } } : {})
    }
    return { line, run }
  }

  test('for a moment, is tried again, and told to nobody', async () => {
    const { run } = await aPoisonedText()

    const left = await run(undefined)

    expect(Object.values(left?.failing ?? {})).toHaveLength(1)
    expect(await reported()).toEqual([])
  })

  test('for an hour, is told once, and no more once it is stored', async () => {
    const { line, run } = await aPoisonedText()

    await run(hoursAgo(2))
    const left = await run(hoursAgo(2))

    expect(await reported()).toMatchObject([
      { status: 'pending', occurrences: 1, phone_number: line.number },
    ])
    await allow()
    await world.context.messages.catchUp(signal, left ?? {})
    expect(await world.sql('select body from messages')).toEqual([{ body: 'Hi' }])
    expect(await reported()).toMatchObject([{ status: 'resolved' }])
  })

  test('for a day, is told and given up, so that it holds nothing up', async () => {
    const { run } = await aPoisonedText()

    const left = await run(hoursAgo(25))

    expect(left?.failing).toEqual({})
    expect(await reported()).toMatchObject([
      { message: expect.stringContaining('not tried any more') },
    ])
    expect(await world.context.messages.catchUp(signal, left ?? {})).toMatchObject({ failing: {} })
  })
})

describe('an arrival of which the carrier does not tell what it is', () => {
  let world: World
  let lists: Partial<Telephony>
  beforeEach(async () => {
    lists = {}
    world = await startWorld({
      timings: AT_ONCE,
      telephony: (real) =>
        new Proxy(real, { get: (_, name) => Reflect.get({ ...real, ...lists }, name) }),
    })
  })
  afterEach(() => world.stop())

  const one = async function* <Item extends { at: Date }>(item: Item) {
    yield { items: [item], reachesBackTo: item.at }
  }
  const at = () => new Date(Date.now() - 600_000)
  const flaw = 'an answer we cannot read'
  const known = { from: '', flaw }
  const aText = { ...known, body: '', media: 0, segments: null }
  const aCall = { ...known, status: '', isOver: true, durationSeconds: null }

  test.each([
    ['to whom', async () => ({ to: '' })],
    ['when', async () => ({ to: (await aLine(world)).number, isUndated: true })],
  ])(
    '%s it came, of a text or a call, holds up what is read, and is told of',
    async (_, arrange) => {
      const given = await arrange()
      lists.listInboundTexts = () => one({ ...aText, ...given, sid: 'SM7', at: at() })
      lists.listInboundCalls = () => one({ ...aCall, ...given, sid: 'CA7', at: at() })
      const since = hoursAgo(2)

      const texts = await world.context.messages.catchUp(signal, { failing: { SM7: since } })
      const calls = await world.context.calls.catchUp(signal, { failingCalls: { CA7: since } })

      expect([texts?.failing, calls?.failingCalls]).toEqual([{ SM7: since }, { CA7: since }])
      expect(await notifications(world, '?status=pending')).toMatchObject([
        { type: 'call_routing_failed', message: expect.stringContaining('CA7') },
        { type: 'sms_routing_failed', message: expect.stringContaining('SM7') },
      ])
    },
  )

  test('in which call it was left, of a message on tape, holds up what is read', async () => {
    lists.listInboundCalls = () => one({ ...aCall, to: '+16045550000', sid: 'CA7', at: at() })
    lists.listVoicemails = () => one({ sid: 'RE7', callSid: '', url: '', at: at(), flaw })

    const left = await world.context.calls.catchUp(signal, {})

    expect(Object.keys(left?.failingVoicemails ?? {})).toEqual(['RE7'])
  })
})

describe('a loop that fails', () => {
  let world: World
  beforeEach(async () => {
    world = await startWorld({ timings: AT_ONCE })
  })
  afterEach(() => world.stop())

  const loops = [{ name: 'messages.catch-up', everyMs: 60_000 }]
  /** As a server that runs for a day. */
  const watch = () => createWatchLoops(world.context.db, loops, new Date(hoursAgo(24)))()
  const reported = () => notifications(world, '?type=loop_failing')
  const run = async () => {
    const lease = { db: world.context.db, name: 'messages.catch-up', everyMs: 60_000 }
    return underLease({ ...lease, leaseMs: 60_000 }, world.context.messages.catchUp, {
      signal,
      now: true,
    })
  }
  const pass = (minutes: number) =>
    world.sql('update leases set succeeded_at = now() - make_interval(mins => $1)', [minutes])
  const fails = () => fault(world, 'twilio', 'messages.list', 'error', { status: 503, times: 9 })

  test('for less than three of its intervals, is told to nobody', async () => {
    await fails()
    await run().catch(() => {})
    await pass(2)

    await watch()

    expect(await reported()).toEqual([])
  })

  test('for three of its intervals, is told once with its reason, until it succeeds', async () => {
    await fails()
    await run().catch(() => {})
    await pass(4)

    await watch()
    await watch()

    expect(await reported()).toMatchObject([
      { status: 'pending', occurrences: 1, message: expect.stringContaining('messages.list') },
    ])
    await control(world, 'DELETE', 'faults')
    await aLine(world)
    await run()
    expect(await reported()).toMatchObject([{ status: 'resolved' }])
    await watch()
    expect(await reported()).toHaveLength(1)
  })

  test('in nothing but that its list is empty, as of a new deployment, is told to nobody', async () => {
    expect(await run()).toBe(true)
    await pass(4)

    await run()
    await watch()

    expect(await reported()).toEqual([])
    expect(await world.sql('select state from leases')).toEqual([{ state: {} }])
  })

  test('but whose server has just begun to run it, is told to nobody', async () => {
    await run().catch(() => {})
    await pass(9_000)

    await createWatchLoops(world.context.db, loops)()

    expect(await reported()).toEqual([])
  })

  test('at every server anew, none of which runs for long, is told too', async () => {
    const startedAt = new Date()
    await fails()
    await run().catch(() => {})
    await pass(4)

    await createWatchLoops(world.context.db, loops, startedAt)()

    expect(await reported()).toMatchObject([{ message: expect.stringContaining('messages.list') }])
  })

  test('and failed before its server was away, is told to nobody before it has failed again', async () => {
    await fails()
    await run().catch(() => {})
    await pass(9_000)
    await world.sql("update leases set due_at = now() - interval '1 day'")

    await createWatchLoops(world.context.db, loops)()

    expect(await reported()).toEqual([])
  })

  test('in a run that never ends, is told too', async () => {
    await world.sql(
      "insert into leases (name, token) values ('messages.catch-up', gen_random_uuid())",
    )
    await pass(4)

    await watch()

    expect(await reported()).toMatchObject([{ message: expect.stringContaining('not finished') }])
  })
})
