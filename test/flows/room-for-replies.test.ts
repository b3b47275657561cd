import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createAgent } from '../support/agents.ts'
import {
  ADMIN,
  atCarriers,
  control,
  fault,
  notifications,
  request,
  signUp,
} from '../support/requests.ts'
import { createReplyDeeds } from '../support/text-replies.ts'
import { startWorld, type World } from '../support/world.ts'
import { eleven } from '../twins/support.ts'

/** Nobody's in any other test of this file. */
const customers = (function* () {
  for (let number = 16045553100; ; number += 1) yield `+${number}`
})()
const aCustomer = () => customers.next().value as string

interface AgentRow {
  agent_id: string
  platform_settings: { call_limits: { daily_limit: number } }
}

/** An organization with an agent of its own, in a world, and what there is to see and do of it. */
function createDeeds(world: World) {
  const replies = createReplyDeeds(world)
  const dailyOf = async (agentId: string) =>
    ((await atCarriers(world)).elevenlabs.agents as AgentRow[]).find(
      ({ agent_id }) => agent_id === agentId,
    )?.platform_settings.call_limits.daily_limit
  return {
    ...replies,
    dailyOf,
    async withAgent() {
      const { organization, token } = await signUp(world, { provisionPhone: false })
      const made = await createAgent(world, token, { organizationId: organization.id })
      const agentId = made.body.agent_id as string
      const path = `/api/organizations/${organization.id}`
      const set = (settings: object, by = token) =>
        request(world.origin, 'PATCH', path, { token: by, body: { settings } })
      return {
        id: organization.id as string,
        token,
        agentId,
        number: made.body.phone_number as string,
        set,
        limit: (daily_replies: number) => set({ outbound_limits: { daily_replies } }, ADMIN),
        daily: () => dailyOf(agentId),
        shown: async () =>
          (await request(world.origin, 'GET', `/api/agents/${agentId}`, { token })).body,
        change: () =>
          request(world.origin, 'PATCH', `/api/agents/${agentId}`, {
            token,
            body: { agent_name: made.body.agent_name },
          }),
      }
    },
    /** What operators are told of an organization whose customers wait. */
    async messageAbout(organizationId: string) {
      const all = await notifications(world, '?type=text_reply_failed&status=pending')
      return all.find(({ organization_id: id }) => id === organizationId)?.message
    },
    /** As a person does in the dashboard. */
    limitAtElevenLabs: (agentId: string, daily_limit: number) =>
      eleven(world.twins, 'PATCH', `/convai/agents/${agentId}`, {
        platform_settings: { call_limits: { daily_limit } },
      }),
    /** A customer texts, and what is due is worked on once. */
    async textOnce(customer: string, number: string) {
      await replies.text(customer, number, 'Is it still there?')
      await world.sql('update text_turns set due_at = now() where customer = $1', [customer])
      await world.context.messages.replies.answerDue(new AbortController().signal)
    },
    /** So many customers text, one after the other. What became of each. */
    async text(number: string, count: number) {
      const became: unknown[] = []
      for (let i = 0; i < count; i += 1) {
        const customer = aCustomer()
        await replies.text(customer, number, 'Is it still there?')
        await replies.answerAll()
        const [turn] = await replies.turnsOf(customer)
        became.push(turn?.reason ?? turn?.status)
      }
      return became
    },
    async call(to: string) {
      const says = ['Hi']
      const { answered } = await control(world, 'POST', 'calls', { from: aCustomer(), to, says })
      return answered as boolean
    },
    tick: () => world.context.agents.agents.tick(new AbortController().signal),
  }
}

describe('an agent, whose organization has texts answered', () => {
  let world: World
  let deeds: ReturnType<typeof createDeeds>
  beforeAll(async () => {
    world = await startWorld({
      settings: { AGENT_DAILY_CALLS: '3', TEXT_REPLIES_PER_DAY: '4', INBOUND_VOICE: 'server' },
    })
    deeds = createDeeds(world)
  })
  afterEach(() => control(world, 'DELETE', 'faults'))
  afterAll(() => world.stop())

  test('has room for them beside its calls, as much as they may be, and loses it with the switch', async () => {
    const own = await deeds.withAgent()
    const before = await own.daily()

    await own.set({ text_replies: 'agent' })
    const on = [await own.daily(), (await own.shown()).daily_replies]
    await own.limit(2)
    const fewer = [await own.daily(), (await own.shown()).daily_replies]
    await own.set({ text_replies: null })

    expect([before, on, fewer]).toEqual([3, [7, 4], [5, 2]])
    expect([await own.daily(), (await own.shown()).daily_replies]).toEqual([3, 0])
  })

  test('and that is made later, has that room, too', async () => {
    const own = await deeds.withAgent()
    await own.set({ text_replies: 'agent' })

    const { body } = await createAgent(world, own.token, { provision_phone: false })

    expect(await deeds.dailyOf(body.agent_id)).toBe(7)
  })

  test('answers as many as may be, and all its calls, whichever come first', async () => {
    const own = await deeds.withAgent()
    await own.set({ text_replies: 'agent' })

    const texts = await deeds.text(own.number, 5)
    const calls = [
      await deeds.call(own.number),
      await deeds.call(own.number),
      await deeds.call(own.number),
    ]

    expect(texts).toEqual(['answered', 'answered', 'answered', 'answered', 'replies_in_a_day'])
    expect(calls).toEqual([true, true, true])
  })

  test('keeps the room of those that it has answered for a day, so that calls do not pay for them', async () => {
    const own = await deeds.withAgent()
    await own.set({ text_replies: 'agent' })
    await deeds.text(own.number, 2)

    await own.set({ text_replies: 'off' })
    const off = await own.daily()
    const calls = [
      await deeds.call(own.number),
      await deeds.call(own.number),
      await deeds.call(own.number),
    ]
    await world.sql(
      `update agent_hours set hour = hour - interval '25 hours' where agent_id = $1`,
      [own.agentId],
    )
    await world.sql(
      `update agents set replies_at = replies_at - interval '25 hours' where organization_id = $1`,
      [own.id],
    )
    await deeds.tick()

    expect([off, calls, await own.daily()]).toEqual([5, [true, true, true], 3])
  })

  test('and is asked again and again, counts each time', async () => {
    const own = await deeds.withAgent()
    await own.set({ text_replies: 'agent' })
    await fault(world, 'elevenlabs', 'textConversation', 'dies', { times: 2 })

    expect(await deeds.text(own.number, 3)).toEqual(['answered', 'answered', 'replies_in_a_day'])
  })

  test('gets that room from the loop, where ElevenLabs confirmed nothing, and texts wait until then', async () => {
    const own = await deeds.withAgent()
    await fault(world, 'elevenlabs', 'agents.update', 'error', { times: 1, status: 503 })
    await own.set({ text_replies: 'agent' })
    const customer = aCustomer()
    await deeds.textOnce(customer, own.number)
    const unconfirmed = await deeds.turnsOf(customer)
    await world.sql('update agents set change_at = now() where elevenlabs_agent_id = $1', [
      own.agentId,
    ])

    await deeds.tick()

    expect(unconfirmed).toMatchObject([{ status: 'waiting' }])
    expect(await own.daily()).toBe(7)
    await deeds.answerAll()
    expect(await deeds.turnsOf(customer)).toMatchObject([{ status: 'answered' }])
  })

  test('loses that room with the switch, where ElevenLabs confirmed nothing when it was given', async () => {
    const own = await deeds.withAgent()
    await own.set({ text_replies: 'agent' })
    const given = await own.daily()
    // As a server leaves it that dies before it hears that ElevenLabs has it.
    await world.sql(
      `update agents set replies = 0, changes = '{"replies": 4}', change_at = now() where elevenlabs_agent_id = $1`,
      [own.agentId],
    )

    await own.set({ text_replies: 'off' })

    expect([given, await own.daily()]).toEqual([7, 3])
  })

  test('keeps a limit that somebody gave it, of which its calls have their part first', async () => {
    const own = await deeds.withAgent()
    await deeds.limitAtElevenLabs(own.agentId, 5)
    await own.set({ text_replies: 'agent' })

    const texts = await deeds.text(own.number, 3)

    expect([await own.daily(), (await own.shown()).daily_replies]).toEqual([5, 2])
    expect(texts).toEqual(['answered', 'answered', 'replies_of_agent'])
    expect(await deeds.call(own.number)).toBe(true)
    expect(await deeds.messageAbout(own.id)).toContain('Daily call limit')
    await deeds.limitAtElevenLabs(own.agentId, 6)
    await own.change()
    expect(await deeds.text(own.number, 1)).toEqual(['answered'])
  })

  test('may have more once the setting says so and a server is started with it', async () => {
    const own = await deeds.withAgent()
    const other = await deeds.withAgent()
    await own.set({ text_replies: 'agent' })
    await other.set({ text_replies: 'agent' })
    await other.limit(1)
    const start = (daily: number) =>
      world.sql('select register_server_start($1, $2, $3, null, $4)', [
        'server',
        world.config.elevenLabs.agentId,
        world.config.publicUrl,
        daily,
      ])
    await start(4)
    await start(9)

    const due = await world.sql<{ elevenlabs_agent_id: string }>(
      'select elevenlabs_agent_id from agents where replies_at is not null and organization_id in ($1, $2)',
      [own.id, other.id],
    )

    expect(due).toEqual([{ elevenlabs_agent_id: own.agentId }])
  })
})

describe('an agent of a new account', () => {
  let world: World
  let deeds: ReturnType<typeof createDeeds>
  beforeAll(async () => {
    world = await startWorld({
      settings: {
        NEW_ORGANIZATION_DAYS: '7',
        NEW_ORGANIZATION_AGENT_CALLS: '3',
        TEXT_REPLIES_PER_DAY: '40',
        INBOUND_VOICE: 'server',
      },
    })
    deeds = createDeeds(world)
  })
  afterAll(() => world.stop())

  test('has its few conversations for calls, so that what they may cost stays bounded, and room for texts later', async () => {
    const own = await deeds.withAgent()
    const refused = await own.set({ text_replies: 'agent' })
    const few = [await own.daily(), (await own.shown()).daily_replies]

    await world.sql(
      `with old as (
         update organizations set created_at = created_at - interval '8 days' where id = $1 returning id)
       update agents set few_until = few_until - interval '8 days' where organization_id in (select id from old)`,
      [own.id],
    )
    await deeds.tick()
    await own.set({ text_replies: 'agent' })

    expect(few).toEqual([3, 0])
    expect(refused).toMatchObject({
      status: 422,
      body: { code: 'agent_cannot_text', detail: expect.stringMatching(/from \d{4}-\d\d-\d\d/) },
    })
    expect([await own.daily(), (await own.shown()).daily_replies]).toEqual([90, 40])
    expect(await deeds.text(own.number, 1)).toEqual(['answered'])
  })

  test('that somebody lets talk more at ElevenLabs, answers texts with what is beyond its calls', async () => {
    const own = await deeds.withAgent()
    await deeds.limitAtElevenLabs(own.agentId, 4)
    expect((await own.set({ text_replies: 'agent' })).status).toBe(200)
    await own.change()

    expect(await deeds.text(own.number, 2)).toEqual(['answered', 'replies_of_agent'])
    expect(await own.daily()).toBe(4)
  })
})

describe('the agent for everybody', () => {
  let world: World
  let deeds: ReturnType<typeof createDeeds>
  beforeAll(async () => {
    world = await startWorld({
      settings: { SHARED_AGENT_DAILY_REPLIES: '3', INBOUND_VOICE: 'server' },
    })
    deeds = createDeeds(world)
  })
  afterAll(() => world.stop())

  async function withNumber() {
    const { organization, token } = await signUp(world)
    const switched = () =>
      request(world.origin, 'PATCH', `/api/organizations/${organization.id}`, {
        token,
        body: { settings: { text_replies: 'agent' } },
      })
    return {
      id: organization.id as string,
      number: organization.phoneNumber as string,
      switched,
    }
  }

  test('has, beside its calls, as many conversations for texts of all organizations as are set, and refuses more', async () => {
    const [one, other] = [await withNumber(), await withNumber()]
    await one.switched()
    await other.switched()

    const texts = [...(await deeds.text(one.number, 2)), ...(await deeds.text(other.number, 2))]

    expect(await deeds.dailyOf(world.config.elevenLabs.agentId)).toBe(2_003)
    expect(texts).toEqual(['answered', 'answered', 'answered', 'replies_of_shared_agent'])
    expect(await deeds.messageAbout(other.id)).toContain('SHARED_AGENT_DAILY_REPLIES')
  })

  test('whose own limit leaves calls no room beside texts, keeps the switch off', async () => {
    const { switched } = await withNumber()
    const { agentId } = world.config.elevenLabs
    await deeds.limitAtElevenLabs(agentId, 3)

    const refused = await switched()
    await deeds.limitAtElevenLabs(agentId, 4)

    expect(refused).toMatchObject({ status: 422, body: { code: 'agent_cannot_text' } })
    expect((await switched()).status).toBe(200)
  })
})
