import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { AppError } from '../../src/platform/errors.ts'
import { createContext, type Overrides } from '../../src/server/context.ts'
import { startServer } from '../../src/server/server.ts'
import { OPERATOR } from '../support/actors.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { buyAtTwilio } from '../support/manual.ts'
import { numberAtTwilio } from '../support/reconcile.ts'
import { atCarriers, runOrders, signUp } from '../support/requests.ts'
import {
  anOrganizationWithAgent,
  answererOf,
  boundTo,
  callTo,
  choose,
  dial,
  importsOf,
  shown,
} from '../support/voice-modes.ts'
import { startWorld, type World } from '../support/world.ts'

describe('a deployment, started with other settings than before', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld({ settings: { INBOUND_VOICE: 'server', POOL_MIN: '0' } })
  })
  beforeEach(() =>
    world.sql('update deployment set inbound_voice = null, agent_id = null, public_url = null'),
  )
  afterAll(() => stopWithCleanLogs(world))

  interface Settings {
    inbound?: 'elevenlabs' | 'server'
    agentId?: string
  }
  const configWith = ({ inbound = 'server', agentId }: Settings) => {
    const { config } = world
    return {
      ...config,
      orders: { ...config.orders, intervalMs: 20 },
      voice: { ...config.voice, inbound },
      elevenLabs: { ...config.elevenLabs, ...(agentId && { agentId }) },
      server: { ...config.server, port: 0 },
    }
  }
  const start = (settings: Settings, overrides: Overrides = {}) =>
    startServer(configWith(settings), { log: world.context.log, ...overrides })
  /** The next server, without its loops; that it was started is noted. */
  const another = async (settings: Settings) => {
    const config = configWith(settings)
    await note(config)
    return createContext(config, { log: world.context.log, db: world.context.db })
  }
  const note = async (
    { voice, elevenLabs }: ReturnType<typeof configWith>,
    publicUrl = world.config.publicUrl,
  ) => {
    const [row] = await world.sql(
      "select register_server_start($1, $2, $3, null, 500) -> 'due' as due",
      [voice.inbound, elevenLabs.agentId, publicUrl],
    )
    return row?.due
  }
  const syncBy = (context: Pick<World['context'], 'phoneNumbers'>) =>
    context.phoneNumbers.syncDue.tick(new AbortController().signal)
  const anotherAgent = () =>
    world.context
      .elevenLabs({
        operation: 'agents.create',
        method: 'POST',
        path: 'convai/agents/create',
        body: { name: 'The next one', conversation_config: {} },
        reply: z.object({ agent_id: z.string() }),
      })
      .then(({ agent_id }) => agent_id)
  /** Lets a number have been due to be synced for long. */
  const dueLong = (phoneNumber: string) =>
    world.sql(
      "update phone_numbers set sync_due_at = now() - interval '2 minutes' where phone_number = $1",
      [phoneNumber],
    )
  const dueNumbers = async (numbers: string[]) => {
    const due = await world.sql<{ phone_number: string }>(
      'select phone_number from phone_numbers where sync_due_at is not null and phone_number = any ($1)',
      [numbers],
    )
    return due.map((row) => row.phone_number)
  }
  const warnings = (text: string) => world.logs.filter((line) => line.includes(text)).length
  const stored = async () =>
    (await world.sql('select inbound_voice from deployment'))[0]?.inbound_voice

  test('imports and moves its numbers by itself, but those whose organizations have chosen', async () => {
    const [follows, chosen] = [await signUp(world), await signUp(world)]
    await choose(world, chosen.organization.id, 'server')
    const before = await start({ inbound: 'server' })
    await expect.poll(stored).toBe('server')
    await before.stop()

    const servers = await Promise.all([1, 2].map(() => start({ inbound: 'elevenlabs' })))

    await expect
      .poll(async () => (await callTo(world, follows.organization.phoneNumber)).mode)
      .toBe('elevenlabs')
    await Promise.all(servers.map((server) => server.stop()))
    expect(await importsOf(world, follows.organization.phoneNumber)).toHaveLength(1)
    expect((await callTo(world, chosen.organization.phoneNumber)).mode).toBe('server')
    expect(await importsOf(world, chosen.organization.phoneNumber)).toEqual([])
  })

  test('while the database does not answer, is noted as soon as it does', async () => {
    await world.sql("update deployment set inbound_voice = 'elevenlabs'")
    const { db } = createContext(configWith({}), { log: world.context.log })
    let failures = 2
    const rpc: typeof db.rpc = (name, ...rest) =>
      name === 'register_server_start' && failures-- > 0
        ? Promise.reject(new AppError('database_unavailable', 'It is away'))
        : db.rpc(name, ...rest)

    const server = await start({ inbound: 'server' }, { db: { ...db, rpc } })

    await expect.poll(stored).toBe('server')
    await server.stop()
  })

  test('stopped while the database does not answer, does not go on trying', async () => {
    const { db } = createContext(configWith({}), { log: world.context.log })
    let tried = 0
    const rpc: typeof db.rpc = (name, ...rest) => {
      if (name !== 'register_server_start') return db.rpc(name, ...rest)
      tried += 1
      return Promise.reject(new AppError('database_unavailable', 'It is away'))
    }
    const server = await start({}, { db: { ...db, rpc } })
    await expect.poll(() => tried).toBeGreaterThan(1)

    await server.stop()

    expect(warnings('shutdown phase took too long')).toBe(0)
  })

  test('elsewhere, as a copy of it may be, changes nothing', async () => {
    await world.sql("update deployment set inbound_voice = 'server', public_url = $1", [
      world.config.publicUrl,
    ])
    const { organization } = await signUp(world)

    const due = await note(configWith({ inbound: 'elevenlabs' }), 'https://copy.example.com')

    expect(due).toBe(0)
    expect(await stored()).toBe('server')
    expect(
      await world.sql('select sync_due_at from phone_numbers where phone_number = $1', [
        organization.phoneNumber,
      ]),
    ).toEqual([{ sync_due_at: null }])
  })

  test('elsewhere, as a copy of it may be, syncs nothing either, and says why, once', async () => {
    const { organization } = await signUp(world)
    const number = organization.phoneNumber
    await world.sql('update deployment set public_url = $1', [world.config.publicUrl])
    const config = { ...configWith({}), publicUrl: 'https://copy.example.com' }
    const copy = createContext(config, { log: world.context.log, db: world.context.db })
    const before = await numberAtTwilio(world, number)
    await dueLong(number)
    const reported = warnings('acceptPublicUrl')

    await syncBy(copy)
    await syncBy(copy)

    expect(await numberAtTwilio(world, number)).toEqual(before)
    expect(warnings('acceptPublicUrl')).toBe(reported + 1)
    await syncBy(world.context)
    expect(await dueNumbers([number])).toEqual([])
  })

  test('and taken back, has the server of before say that it is to be restarted, once each time', async () => {
    const { organization } = await signUp(world)
    const number = organization.phoneNumber
    const stuck = () => warnings('restart this one')
    const reported = stuck()
    await another({ inbound: 'elevenlabs' })
    await syncBy(world.context)
    const atFirst = stuck()

    await dueLong(number)
    await syncBy(world.context)
    await syncBy(world.context)
    const once = stuck()
    await note(configWith({}))
    await syncBy(world.context)
    await another({ inbound: 'elevenlabs' })
    await dueLong(number)
    await syncBy(world.context)

    expect([atFirst, once, stuck()]).toEqual([reported, reported + 1, reported + 2])
  })

  test('has its numbers bound to another default agent, but those of organizations’ agents', async () => {
    const { organization, agent } = await anOrganizationWithAgent(world)
    const [shared, own] = [organization.phoneNumber, agent.phone_number]
    await choose(world, organization.id, 'elevenlabs')
    await runOrders(world)
    const [before, after] = [world.config.elevenLabs.agentId, await anotherAgent()]
    await note(configWith({ agentId: before }))
    expect([await boundTo(world, shared), await boundTo(world, own)]).toEqual([
      [before],
      [agent.agent_id],
    ])

    const server = await start({ agentId: after })

    await expect.poll(() => boundTo(world, shared)).toEqual([after])
    await expect.poll(async () => (await shown(world, organization.id)).readyToUse).toBe(true)
    await server.stop()
    expect(await boundTo(world, own)).toEqual([agent.agent_id])
    expect(await answererOf(world, shared)).toMatchObject({ mode: 'elevenlabs', there: after })
  })

  test('whose database tells of no default agent yet, has the sweep bind its numbers to another', async () => {
    const { organization } = await signUp(world)
    const number = organization.phoneNumber
    await choose(world, organization.id, 'elevenlabs')
    await runOrders(world)
    const agentId = await anotherAgent()
    const next = await another({ agentId })

    const { findings } = await next.reconcile.reconcile.now(OPERATOR, 'repair', false)

    // Whom the other agent asks is a finding about the agent, which names any one of its numbers.
    const ofNumber = findings.filter((each) => each.class !== 'asked_elsewhere')
    expect(ofNumber.filter((each) => each.phoneNumber === number)).toMatchObject([
      { class: 'drift', action: 'synced', detail: expect.stringContaining('agent') },
    ])
    expect(await boundTo(world, number)).toEqual([agentId])
  })

  test('while the server of before still runs, is not brought back by that', async () => {
    const { organization } = await signUp(world)
    const number = organization.phoneNumber
    await dial(world, organization.id)
    const suspended = (await signUp(world)).organization
    const agentId = await anotherAgent()
    await note(configWith({}))
    const next = await another({ inbound: 'elevenlabs', agentId })

    await world.sql("update organizations set status = 'suspended' where id = $1", [suspended.id])
    await world.sql('update phone_numbers set sync_due_at = now() where phone_number = $1', [
      suspended.phoneNumber,
    ])
    await syncBy(world.context)
    const late = (await signUp(world)).organization

    expect((await callTo(world, number)).mode).toBe('server')
    expect(await shown(world, organization.id)).toMatchObject({ readyToUse: false })
    const due = await dueNumbers([number, suspended.phoneNumber, late.phoneNumber])
    expect(due.sort()).toEqual([number, late.phoneNumber].sort())
    await syncBy(next)
    expect(await answererOf(world, number)).toMatchObject({ mode: 'elevenlabs', there: agentId })
    expect(await shown(world, late.id)).toMatchObject({ readyToUse: true })
  })

  test('that moves to another address at the same time, goes by its settings once that is accepted', async () => {
    const { organization } = await signUp(world)
    await choose(world, organization.id, 'elevenlabs')
    await runOrders(world)
    await note(configWith({}))
    await world.sql("update deployment set public_url = 'https://before.example.com'")
    const agentId = await anotherAgent()
    const next = await another({ agentId })

    await next.reconcile.reconcile.now(OPERATOR, 'repair', true)
    await syncBy(next)

    expect(await boundTo(world, organization.phoneNumber)).toEqual([agentId])
  })
  test('that makes its whole pool due, still gives of it, synced for whom it is given to, and syncs first what somebody calls', async () => {
    await world.sql('update phone_numbers set sync_due_at = null')
    const before = await another({ inbound: 'elevenlabs' })
    const pool: string[] = []
    for (const orderId of [randomUUID(), randomUUID()]) {
      const { phoneNumber } = await buyAtTwilio(world)
      const given = { organizationId: null, elevenLabsPhoneId: null, twilioPhoneSid: null }
      await before.phoneNumbers.enterNumber({ actor: OPERATOR, orderId, phoneNumber, ...given })
      pool.push(phoneNumber)
    }
    const { spent } = (await atCarriers(world)).twilio
    const agentId = await anotherAgent()
    const next = await another({ inbound: 'elevenlabs', agentId })

    const { phone } = await next.organizations.signUp(OPERATOR, {
      id: randomUUID(),
      name: 'Premium Auto Sales',
      slug: undefined,
      email: 'a@example.com',
      memberEmail: null,
      criteria: { country: 'CA', areaCode: '604', region: 'BC', areaCodeOnly: false },
    })

    expect(phone?.verified).toBe(true)
    expect(pool).toContain(phone?.phone_number)
    expect(await boundTo(world, phone?.phone_number ?? '')).toEqual([agentId])
    expect((await atCarriers(world)).twilio.spent).toBe(spent)
    await world.sql(
      `update phone_numbers set sync_due_at = now() - case status when 'assigned' then interval '1 minute' else interval '1 hour' end
       where status in ('assigned', 'configured')`,
    )
    const claims = await world.sql(
      `select claim_number_to_sync(60000, 'elevenlabs', $1, $2) -> 'claim' -> 'number' ->> 'status' as status`,
      [agentId, world.config.publicUrl],
    )
    expect(claims).toEqual([{ status: 'assigned' }])
  })
})
