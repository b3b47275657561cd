import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createElevenLabsClient } from '../../src/carriers/elevenlabs/client.ts'
import { createElevenLabsVoiceAgents } from '../../src/carriers/elevenlabs/voice-agents.ts'
import { createTwilioClient } from '../../src/carriers/twilio/client.ts'
import { createTwilioTelephony } from '../../src/carriers/twilio/telephony.ts'
import { createContext } from '../../src/server/context.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { aPoolNumber, buyAtTwilio } from '../support/manual.ts'
import { createLife } from '../support/mortal.ts'
import { expectProblem } from '../support/problems.ts'
import {
  aLine,
  endQuarantine,
  givingOf,
  releaseDue,
  rowOf,
  stateAtCarriers,
} from '../support/quarantine.ts'
import { inTwilioConsole } from '../support/reconcile.ts'
import { atCarriers, control, fault, notifications } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

const GONE = { twilio: undefined, elevenlabs: undefined }
const AWAY = [
  ['error', { status: 500 }],
  ['error', { status: 429 }],
  ['timeout', { ms: 20 }],
  ['lost_reply', { ms: 20 }],
  ['late', { ms: 60 }],
] as const

describe('a number whose quarantine is over', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld()
  })
  afterEach(() => control(world, 'DELETE', 'faults'))
  afterAll(() => stopWithCleanLogs(world))

  const quarantined = async () => {
    const line = await aLine(world)
    await line.organization.release()
    return line
  }
  /** Runs the loop, back-off and leases over each time, until the number is gone. */
  const untilReleased = (number: string) =>
    expect
      .poll(async () => {
        await endQuarantine(world, number)
        await releaseDue(world)
        return (await rowOf(world, number)).status
      })
      .toBe('released')
  const openOf = async (number: string) =>
    (await notifications(world, '?status=pending')).filter((row) => row.phone_number === number)

  test('is released to both vendors, and then cannot be restored', async () => {
    const bystander = await aLine(world)
    const line = await quarantined()
    const before = await atCarriers(world)
    await releaseDue(world)
    expect((await atCarriers(world)).twilio.numbers).toHaveLength(before.twilio.numbers.length)

    await endQuarantine(world, line.number)
    await releaseDue(world)

    expect(await stateAtCarriers(world, line.number)).toEqual(GONE)
    const { status, released_at, release_at } = await rowOf(world, line.number)
    expect({ status, release_at }).toEqual({ status: 'released', release_at: null })
    expect(await stateAtCarriers(world, bystander.number)).toMatchObject({
      twilio: { phone_number: bystander.number },
      elevenlabs: { phone_number: bystander.number },
    })
    for (const giving of [line.organization, line.admin]) {
      const refused = await giving.restore()
      expectProblem(refused, 409, 'wrong_state')
      expect(refused.body.detail).toContain(released_at?.toISOString().slice(0, 19))
      expectProblem(await giving.release(), 404, 'phone_number_not_found')
    }
  })

  test('and that is being released already, is not restored, and says since when', async () => {
    const line = await quarantined()
    await endQuarantine(world, line.number)
    await fault(world, 'twilio', 'incomingPhoneNumbers.remove', 'error', { times: 999 })
    await releaseDue(world)

    const refused = await line.organization.restore()

    expectProblem(refused, 409, 'wrong_state')
    const { releasing_at } = await rowOf(world, line.number)
    expect(refused.body.detail).toContain(releasing_at?.toISOString().slice(0, 19))
    expect(await openOf(line.number)).toMatchObject([{ type: 'phone_setup_failed' }])
    await control(world, 'DELETE', 'faults')
    await untilReleased(line.number)
    expect(await openOf(line.number)).toEqual([])
  })

  test('and then is another organization’s, is gone for its former holder alone', async () => {
    const line = await quarantined()
    await untilReleased(line.number)
    const other = await aLine(world)
    await world.sql('update phone_numbers set phone_number = $1 where phone_number = $2', [
      line.number,
      other.number,
    ])

    expectProblem(await line.organization.restore(), 409, 'wrong_state')
    expectProblem(await line.organization.release(), 404, 'phone_number_not_found')

    await world.sql(
      "update phone_numbers set phone_number = $1 where phone_number = $2 and status = 'assigned'",
      [other.number, line.number],
    )
  })

  const operations = [
    ['twilio', 'incomingPhoneNumbers.fetch'],
    ['elevenlabs', 'phoneNumbers.list'],
    ['elevenlabs', 'phoneNumbers.delete'],
    ['twilio', 'incomingPhoneNumbers.remove'],
  ] as const
  const cases = operations.flatMap(([carrier, operation]) =>
    AWAY.map(([kind, more]) => [operation, kind, more, carrier] as const),
  )

  test.each(cases)(
    'with %s answering by %s %o, is released, and no other with it',
    async (operation, kind, more, carrier) => {
      const line = await quarantined()
      const before = await atCarriers(world)
      await endQuarantine(world, line.number)
      await fault(world, carrier, operation, kind, more)

      await releaseDue(world)
      await untilReleased(line.number)

      expect(await stateAtCarriers(world, line.number)).toEqual(GONE)
      const after = await atCarriers(world)
      expect(after.twilio.numbers).toHaveLength(before.twilio.numbers.length - 1)
      expect(after.elevenlabs.phoneNumbers).toHaveLength(before.elevenlabs.phoneNumbers.length - 1)
      expect(await openOf(line.number)).toEqual([])
    },
  )

  test('and whose removal went through unheard, is looked up and not removed again', async () => {
    const line = await quarantined()
    const sent = async () =>
      (await atCarriers(world)).requests.twilio['incomingPhoneNumbers.remove'] ?? 0
    const before = await sent()
    await endQuarantine(world, line.number)
    await fault(world, 'twilio', 'incomingPhoneNumbers.remove', 'lost_reply', { ms: 20 })

    await releaseDue(world)

    expect((await rowOf(world, line.number)).status).toBe('released')
    expect((await sent()) - before).toBe(1)
  })

  test('and that is not at Twilio, counts as released only once the list shows that too', async () => {
    const line = await quarantined()
    await endQuarantine(world, line.number)
    await fault(world, 'twilio', 'incomingPhoneNumbers.fetch', 'error', { status: 404, times: 999 })
    await fault(world, 'twilio', 'incomingPhoneNumbers.remove', 'error', {
      status: 404,
      times: 999,
    })

    await releaseDue(world)

    expect((await rowOf(world, line.number)).status).toBe('quarantined')
    expect((await stateAtCarriers(world, line.number)).twilio).toBeDefined()
    await control(world, 'DELETE', 'faults')
    await untilReleased(line.number)
  })

  test('and whose removal was not recorded before another deployment bought it, is released, and theirs untouched', async () => {
    const line = await quarantined()
    await endQuarantine(world, line.number)
    await inTwilioConsole(world, line.number, 'release')
    await buyAtTwilio(world, {
      PhoneNumber: line.number,
      FriendlyName: 'orgline:ffffffff:7f0f0f4e-6b0e-4b8e-9c5e-0d6a1d1f2a3b',
    })
    const before = (await stateAtCarriers(world, line.number)).twilio

    await releaseDue(world)

    expect((await rowOf(world, line.number)).status).toBe('released')
    expect((await stateAtCarriers(world, line.number)).twilio).toEqual(before)
    expect(await openOf(line.number)).toEqual([])
  })

  const doubts: [string, (number: string) => Promise<unknown>][] = [
    [
      'is tagged by another deployment',
      (number) => renameAtTwilio(world, number, 'orgline:ffffffff:00000000'),
    ],
    [
      'has the SID of another number',
      async (number) => {
        const { number: spare } = await aLine(world)
        const { twilio } = await stateAtCarriers(world, spare)
        await world.sql(
          "update phone_numbers set twilio_phone_sid = 'PN' || id where phone_number = $1",
          [spare],
        )
        await world.sql('update phone_numbers set twilio_phone_sid = $1 where phone_number = $2', [
          twilio.sid,
          number,
        ])
      },
    ],
    [
      'is held by somebody',
      (number) =>
        world.sql(
          `insert into organization_phone_numbers (organization_id, phone_number_id)
           select h.organization_id, p.id from phone_numbers p join organization_phone_numbers h on h.phone_number_id = p.id
           where p.phone_number = $1`,
          [number],
        ),
    ],
    [
      'has an open order',
      (number) =>
        world.sql(
          `insert into number_orders (cause, country, step, phone_number_id, next_run_at)
           select 'manual', 'CA', 'sync', id, now() + interval '1 day' from phone_numbers where phone_number = $1`,
          [number],
        ),
    ],
  ]

  test.each(doubts)('and that %s, is left alone, and a person is told', async (_doubt, arrange) => {
    const line = await quarantined()
    await arrange(line.number)
    const before = await atCarriers(world)
    await endQuarantine(world, line.number)

    await releaseDue(world)
    await releaseDue(world)

    const after = await atCarriers(world)
    expect(after.twilio.numbers).toEqual(before.twilio.numbers)
    expect(after.elevenlabs.phoneNumbers).toEqual(before.elevenlabs.phoneNumbers)
    expect(await rowOf(world, line.number)).toMatchObject({
      status: 'quarantined',
      releasing_at: null,
    })
    const reported = await openOf(line.number)
    expect(reported).toMatchObject([{ type: 'reconcile_findings', occurrences: 1 }])
    expect(reported[0]?.message).toContain(`/api/admin/phone-numbers/${line.number}/restore`)
  })

  test('and that Twilio refuses to take back, is left to a person, and goes when it is repaired', async () => {
    const line = await quarantined()
    await endQuarantine(world, line.number)
    await fault(world, 'twilio', 'incomingPhoneNumbers.remove', 'error', { status: 400 })

    await releaseDue(world)

    expect(await openOf(line.number)).toMatchObject([{ type: 'reconcile_findings' }])
    await untilReleased(line.number)
    expect(await openOf(line.number)).toEqual([])
  })

  test('restored between the claim and the first removal, stays', async () => {
    const line = await quarantined()
    await endQuarantine(world, line.number)
    await fault(world, 'twilio', 'incomingPhoneNumbers.fetch', 'slow', { ms: 300 })

    const releasing = releaseDue(world)
    await expect
      .poll(async () => (await rowOf(world, line.number)).release_at?.getTime() ?? 0)
      .toBeGreaterThan(Date.now())
    const restored = await line.organization.restore()
    await releasing

    expect(restored.body.status).toBe('assigned')
    expect(await stateAtCarriers(world, line.number)).toMatchObject({
      twilio: { phone_number: line.number },
      elevenlabs: { phone_number: line.number },
    })
    expect(await openOf(line.number)).toEqual([])
  })

  test('of many, by two servers at once, releases each once', async () => {
    const lines = await Promise.all(Array.from({ length: 6 }, quarantined))
    const before = await atCarriers(world)
    const other = createContext(world.config, { log: world.context.log })
    await endQuarantine(world, ...lines.map((line) => line.number))
    const signal = new AbortController().signal

    await Promise.all([
      world.context.phoneNumbers.releaseDue.tick(signal),
      other.phoneNumbers.releaseDue.tick(signal),
      other.phoneNumbers.releaseDue.tick(signal),
    ])
    await other.db.close()

    for (const { number } of lines) expect((await rowOf(world, number)).status).toBe('released')
    const after = await atCarriers(world)
    expect(after.twilio.numbers).toHaveLength(before.twilio.numbers.length - 6)
    const removals = 'incomingPhoneNumbers.remove'
    expect(after.requests.twilio[removals] - (before.requests.twilio[removals] ?? 0)).toBe(6)
  })

  const deaths = Array.from({ length: 9 }, (_, index) => [index + 1])

  describe.each(['before', 'after'] as const)('by a process that dies %s its call', (where) => {
    test.each(deaths)('number %i, is released by the next one', async (calls) => {
      const bystander = await aLine(world)
      const line = await quarantined()
      await endQuarantine(world, line.number)

      await dieReleasing(world, calls, where)
      await untilReleased(line.number)

      expect(await stateAtCarriers(world, line.number)).toEqual(GONE)
      expect((await stateAtCarriers(world, bystander.number)).twilio).toBeDefined()
    })
  })

  test('by a process that makes as many calls as were tried here, is released at once', async () => {
    const line = await quarantined()
    await endQuarantine(world, line.number)

    const end = await dieReleasing(world, deaths.length + 1, 'before')

    expect(end).toBe('finished')
    expect((await rowOf(world, line.number)).status).toBe('released')
  })

  test('out of the pool, is released too', async () => {
    const number = await aPoolNumber(world)
    await givingOf(world, number).release()

    await untilReleased(number)

    expect(await stateAtCarriers(world, number)).toEqual(GONE)
  })
})

/** What a person does in Twilio's console. */
async function renameAtTwilio(world: World, number: string, name: string): Promise<void> {
  const { twilio } = await stateAtCarriers(world, number)
  await createTwilioClient(world.config.twilio)
    .incomingPhoneNumbers(twilio.sid)
    .update({ friendlyName: name })
}

/** One tick of the loop, in a process that ends with its `calls`-th call. */
async function dieReleasing(world: World, calls: number, where: 'before' | 'after') {
  const { config } = world
  const { mortal, death } = createLife(calls, where)
  const doomed = createContext(config, {
    log: world.context.log,
    db: mortal(world.context.db),
    telephony: mortal(createTwilioTelephony(createTwilioClient(config.twilio))),
    voiceAgents: mortal(
      createElevenLabsVoiceAgents(createElevenLabsClient(config.elevenLabs), {
        baseUrl: config.elevenLabs.baseUrl,
        twilioAccountSid: config.twilio.accountSid,
        twilioAuthToken: config.twilio.authToken,
      }),
    ),
  })
  const life = doomed.phoneNumbers.releaseDue
    .tick(new AbortController().signal)
    .then(() => 'finished' as const)
  return Promise.race([life, death])
}
