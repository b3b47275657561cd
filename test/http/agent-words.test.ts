import { randomUUID } from 'node:crypto'
import { Client } from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { variableNames } from '../../src/agent-memory/variables.ts'
import { createContext } from '../../src/server/context.ts'
import { OPERATOR } from '../support/actors.ts'
import { afterNotice, agentsAtElevenLabs, createAgent } from '../support/agents.ts'
import { releaseHeld } from '../support/held.ts'
import { LOCK_WAITERS } from '../support/lock-waiters.ts'
import { expectProblem } from '../support/problems.ts'
import { atCarriers, control, fault, notifications, request, signUp } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

const signal = new AbortController().signal

describe('the words of agents, and their changes', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld({ settings: { MAX_AGENTS_PER_ORGANIZATION: '2' } })
  })
  afterAll(() => world.stop())
  beforeEach(() => control(world, 'DELETE', 'faults'))

  const anOrganization = () => signUp(world, { provisionPhone: false })
  const onAgent = (token: string, method: string, id: string, body?: object) =>
    request(world.origin, method, `/api/agents/${id}`, { token, ...(body && { body }) })

  /** What an agent says and thinks by, at ElevenLabs. */
  const wordsAtElevenLabs = async (name: string) => {
    const [agent] = (await agentsAtElevenLabs(world, name)) as unknown as [
      { conversation_config: { agent: { first_message: string; prompt: { prompt: string } } } },
    ]
    return afterNotice(agent.conversation_config.agent)
  }
  /** Lets the time pass after which the loop looks at changes that were not confirmed. */
  const finishChanges = async () => {
    await world.sql('update agents set change_at = now() where change_at is not null')
    await world.context.agents.agents.tick(signal)
  }

  test('a new agent that is given no words, greets by its own name, knows all, and speaks its language', async () => {
    const { token } = await anOrganization()
    const agent_name = `Mia ${randomUUID()}`
    const fields = { agent_name, language: 'de', provision_phone: false }

    const { body } = await createAgent(world, token, fields)
    const first = await wordsAtElevenLabs(agent_name)
    const next = `Zoe ${randomUUID()}`
    await onAgent(token, 'PATCH', body.agent_id, { agent_name: next, language: 'pt-br' })
    const renamed = await wordsAtElevenLabs(next)

    expect(first.first_message).toBe('{{opening}}')
    expect(first.prompt.prompt).toContain(`You are ${agent_name},`)
    expect(first.prompt.prompt).toContain('Speak German')
    // The opening has the first two, and the tools the last.
    const elsewhere = ['recording_notice', 'greeting', 'call_id']
    const others = variableNames.filter((name) => !elsewhere.includes(name))
    for (const name of others) expect(first.prompt.prompt).toContain(`{{${name}}}`)
    expect(renamed.prompt.prompt).toContain(`You are ${next},`)
    expect(renamed.prompt.prompt).toContain('Speak Brazilian Portuguese')
    expect(JSON.stringify(renamed)).not.toContain(agent_name)
  })

  test('a changed agent that has words of its own, keeps them under its new name', async () => {
    const { token } = await anOrganization()
    const words = { first_message: 'Jack here.', prompt: 'You are Jack.' }
    const { body } = await createAgent(world, token, { ...words, provision_phone: false })
    const agent_name = `Mia ${randomUUID()}`

    await onAgent(token, 'PATCH', body.agent_id, { agent_name })

    expect(await wordsAtElevenLabs(agent_name)).toMatchObject({
      first_message: 'Jack here.',
      prompt: { prompt: 'You are Jack.' },
    })
  })

  test('a name with a variable in it, is refused, because new agents say their names', async () => {
    const { token } = await anOrganization()

    const answer = await createAgent(world, token, { agent_name: 'Mia {{owner}}' })

    expectProblem(answer, 400, 'name_unfit')
    expect(answer.body.detail).toContain('agent_name')
  })

  test('a prompt of 40,000 Chinese characters, is taken; a body no prompt needs, is refused with the limit', async () => {
    const { token } = await anOrganization()
    const ask = (prompt: string) => createAgent(world, token, { prompt, provision_phone: false })

    const long = await ask('语'.repeat(40_000))
    const changed = await onAgent(token, 'PATCH', long.body.agent_id, {
      prompt: '言'.repeat(50_000),
    })
    const endless = await ask('语'.repeat(400_000))

    expect(long.status).toBe(201)
    expect(changed).toMatchObject({ status: 200, body: { prompt: '言'.repeat(50_000) } })
    expectProblem(endless, 413, 'body_too_large')
    expect(endless.body.detail).toMatch(/more than \d+ kB/)
  })

  test.each([
    ['lost_reply', 200],
    ['timeout', 202],
    ['error', 202],
    ['late', 202],
  ])(
    'a change that meets %s at ElevenLabs, answers %i, and is the same here and there in the end',
    async (kind, status) => {
      const { token } = await anOrganization()
      const { body: agent } = await createAgent(world, token, { provision_phone: false })
      const change = { first_message: `Hello ${randomUUID()}` }
      await fault(world, 'elevenlabs', 'agents.update', kind, kind === 'late' ? {} : { ms: 1 })

      const changed = await onAgent(token, 'PATCH', agent.agent_id, change)
      const meanwhile = await onAgent(token, 'GET', agent.agent_id)
      const another = await onAgent(token, 'PATCH', agent.agent_id, change)
      if (kind === 'late') await releaseHeld(world)
      await finishChanges()

      expect(changed).toMatchObject({ status, body: { change_pending: status === 202 } })
      expect(meanwhile.body).toEqual(changed.body)
      if (status === 202) expectProblem(another, 409, 'busy')
      const after = await onAgent(token, 'GET', agent.agent_id)
      expect(after.body).toMatchObject({ ...change, change_pending: false })
      expect(await wordsAtElevenLabs(agent.agent_name)).toMatchObject(change)
    },
  )

  test('a change whose answer is lost, and that cannot be looked up either, is finished all the same', async () => {
    const { token } = await anOrganization()
    const { body: agent } = await createAgent(world, token, { provision_phone: false })
    const change = { first_message: `Hello ${randomUUID()}` }
    await fault(world, 'elevenlabs', 'agents.update', 'lost_reply', { ms: 1 })
    await fault(world, 'elevenlabs', 'agents.get', 'error', { status: 429, times: 3, skip: 1 })

    const changed = await onAgent(token, 'PATCH', agent.agent_id, change)
    await finishChanges()

    expect(changed).toMatchObject({ status: 202, body: { change_pending: true } })
    const after = await onAgent(token, 'GET', agent.agent_id)
    expect(after.body).toMatchObject({ ...change, change_pending: false })
    expect(await wordsAtElevenLabs(agent.agent_name)).toMatchObject(change)
  })

  test('a change before which ElevenLabs cannot be read, was never sent, and fails as a whole', async () => {
    const { token } = await anOrganization()
    const { body: agent } = await createAgent(world, token, { provision_phone: false })
    const change = { first_message: `Hello ${randomUUID()}` }
    await fault(world, 'elevenlabs', 'agents.get', 'garbage')

    const failed = await onAgent(token, 'PATCH', agent.agent_id, change)
    const shown = await onAgent(token, 'GET', agent.agent_id)
    const again = await onAgent(token, 'PATCH', agent.agent_id, change)

    expectProblem(failed, 502, 'carrier_failed')
    expect(shown.body).toMatchObject({ first_message: null, change_pending: false })
    expect(again).toMatchObject({ status: 200, body: change })
  })

  /** Leaves a change behind that was sent so often, the last time so long ago. */
  const leaveChange = (agentId: string, changes: object, attempts: number, ago = '0') =>
    world.sql(
      `update agents set changes = $2, change_attempts = $3, change_at = now() - $4::interval
       where elevenlabs_agent_id = $1`,
      [agentId, changes, attempts, ago],
    )
  const updatesSent = async () =>
    (await atCarriers(world)).requests.elevenlabs['agents.update'] as number
  const notificationsOf = async (agentId: string) =>
    (await notifications(world)).filter(({ message }) => message.includes(agentId))

  test('a change that is never answered clearly, is told to a person, tried less, and taken into the next one', async () => {
    const { token } = await anOrganization()
    const { body: agent } = await createAgent(world, token, { provision_phone: false })
    const { maxAttempts } = world.config.orders
    const first = { first_message: `Hello ${randomUUID()}`, prompt: 'Be brief.' }
    await fault(world, 'elevenlabs', 'agents.update', 'error', { times: 2 })
    await leaveChange(agent.agent_id, first, maxAttempts - 2)

    await finishChanges()
    const early = await notificationsOf(agent.agent_id)
    await finishChanges()
    const reported = await notificationsOf(agent.agent_id)
    const sent = await updatesSent()
    await finishChanges()

    expect(early).toEqual([])
    expect(reported).toMatchObject([
      { type: 'phone_setup_failed', status: 'pending', occurrences: 1 },
    ])
    expect(reported[0]?.message).toContain(`sent to ElevenLabs ${maxAttempts} times`)
    expect(reported[0]?.message).toContain('(first_message, prompt)')
    expect(await updatesSent()).toBe(sent)
    const next = await onAgent(token, 'PATCH', agent.agent_id, { prompt: 'Be kind.' })
    expect(await updatesSent()).toBe(sent + 1)
    const both = { ...first, prompt: 'Be kind.' }
    expect(next).toMatchObject({ status: 200, body: { ...both, change_pending: false } })
    expect(await wordsAtElevenLabs(agent.agent_name)).toMatchObject({
      first_message: both.first_message,
      prompt: { prompt: both.prompt },
    })
    expect(await notificationsOf(agent.agent_id)).toMatchObject([{ status: 'resolved' }])
  })

  test('a change that was told to a person, goes on once an hour, also after another one was refused', async () => {
    const { token } = await anOrganization()
    const { maxAttempts } = world.config.orders
    const change = { first_message: `Hello ${randomUUID()}` }
    const made = [1, 2].map(() => createAgent(world, token, { provision_phone: false }))
    const [left, refused] = (await Promise.all(made)).map(({ body }) => body.agent_id)
    await leaveChange(left, change, maxAttempts, '61 minutes')
    await leaveChange(refused, change, maxAttempts)

    const answer = await onAgent(token, 'PATCH', refused, { voice_id: 'nobody' })
    const shown = await onAgent(token, 'GET', refused)
    await world.context.agents.agents.tick(signal)

    expectProblem(answer, 422, 'agent_refused')
    expect(shown.body).toMatchObject({ change_pending: true })
    for (const id of [left, refused]) {
      const { body } = await onAgent(token, 'GET', id)
      expect(body).toMatchObject({ ...change, voice_id: null, change_pending: false })
    }
  })

  test('a change that was told to a person, is taken into the next one also after one that was refused', async () => {
    const { token } = await anOrganization()
    const change = { first_message: `Hello ${randomUUID()}` }
    const { body: agent } = await createAgent(world, token, { provision_phone: false })
    await leaveChange(agent.agent_id, change, world.config.orders.maxAttempts)

    const refused = await onAgent(token, 'PATCH', agent.agent_id, { voice_id: 'nobody' })
    await fault(world, 'elevenlabs', 'agents.update', 'timeout', { ms: 20 })
    const next = await onAgent(token, 'PATCH', agent.agent_id, { prompt: 'Be brief.' })

    expectProblem(refused, 422, 'agent_refused')
    expect(next).toMatchObject({ status: 202, body: { change_pending: true } })
    await world.sql('update agents set change_at = now() where elevenlabs_agent_id = $1', [
      agent.agent_id,
    ])
    await onAgent(token, 'PATCH', agent.agent_id, { prompt: 'Be very brief.' })
    const { body } = await onAgent(token, 'GET', agent.agent_id)
    expect(body).toMatchObject({ ...change, prompt: 'Be very brief.', change_pending: false })
  })

  test('a change begun while the agent is deleted, finds no agent; one of a deleted agent is sent to nobody', async () => {
    const { token } = await anOrganization()
    const { body: agent } = await createAgent(world, token, { provision_phone: false })
    const client = await aClient(world)
    await client.query('begin')
    await client.query("update agents set status = 'deleted' where elevenlabs_agent_id = $1", [
      agent.agent_id,
    ])

    const sent = await updatesSent()
    const answered = onAgent(token, 'PATCH', agent.agent_id, { prompt: 'Be brief.' }).then(
      (answer) => answer,
    )
    await expect.poll(() => world.sql(LOCK_WAITERS)).toHaveLength(1)
    await client.query('commit')

    expectProblem(await answered, 404, 'agent_not_found')
    expect(await updatesSent()).toBe(sent)
    await leaveChange(agent.agent_id, { prompt: 'Be brief.' }, 0)
    await world.context.agents.agents.tick(signal)
    const untouched = await world.sql(
      `update agents set changes = null, change_at = null
       where elevenlabs_agent_id = $1 and change_at <= now() returning id`,
      [agent.agent_id],
    )
    expect(untouched).toHaveLength(1)
  })

  test('agents to change or to remove, in a copy of the deployment behind another address, are left alone', async () => {
    const { token } = await anOrganization()
    const [changed, deleted] = [
      await createAgent(world, token, { provision_phone: false }),
      await createAgent(world, token, { provision_phone: false }),
    ].map(({ body }) => body) as [Made, Made]
    const change = { first_message: `Hello ${randomUUID()}` }
    await world.sql('update deployment set public_url = $1', [world.config.publicUrl])
    const copy = createContext(
      { ...world.config, publicUrl: 'https://copy.example.com' },
      { log: world.context.log, db: world.context.db },
    )
    await leaveChange(changed.agent_id, change, 0)

    await copy.agents.agents.delete(OPERATOR, deleted.agent_id, null)
    await copy.agents.agents.tick(signal)

    expect(await wordsAtElevenLabs(changed.agent_name)).not.toMatchObject(change)
    expect(await agentsAtElevenLabs(world, deleted.agent_name)).toHaveLength(1)
    await world.context.agents.agents.tick(signal)
    expect(await wordsAtElevenLabs(changed.agent_name)).toMatchObject(change)
    expect(await agentsAtElevenLabs(world, deleted.agent_name)).toEqual([])
  })

  test.each(['here', 'nowhere'])(
    'a change whose process died when it was made at ElevenLabs, or %s, is finished by the next one',
    async (where) => {
      const { token } = await anOrganization()
      const { body: agent } = await createAgent(world, token, { provision_phone: false })
      const died = { first_message: `Died ${randomUUID()}` }
      await world.sql(
        'update agents set changes = $2, change_at = now() where elevenlabs_agent_id = $1',
        [agent.agent_id, died],
      )
      if (where === 'here')
        await world.context.elevenLabs({
          operation: 'agents.update',
          method: 'PATCH',
          path: `convai/agents/${agent.agent_id}`,
          body: { conversation_config: { agent: died } },
          reply: z.unknown(),
        })

      const changed = await onAgent(token, 'PATCH', agent.agent_id, { prompt: 'Be brief.' })

      expect(changed).toMatchObject({ status: 200, body: { ...died, prompt: 'Be brief.' } })
      expect(await wordsAtElevenLabs(agent.agent_name)).toMatchObject({
        ...died,
        prompt: { prompt: 'Be brief.' },
      })
    },
  )

  test('a change not confirmed, that turns out to be refused, is given up; one of a deleted agent too', async () => {
    const { token } = await anOrganization()
    const { body: agent } = await createAgent(world, token, { provision_phone: false })
    const leave = () =>
      world.sql(
        `update agents set changes = '{"voice_id": "nobody"}', change_at = now() where elevenlabs_agent_id = $1`,
        [agent.agent_id],
      )
    await leave()

    await finishChanges()
    const after = await onAgent(token, 'GET', agent.agent_id)
    await leave()
    await onAgent(token, 'DELETE', agent.agent_id)

    expect(after.body).toMatchObject({ voice_id: null, change_pending: false })
    const left = await world.sql('select id from agents where change_at is not null')
    expect(left).toEqual([])
  })
})

type Made = { agent_id: string; agent_name: string }

/** A connection of its own, closed with the test. */
async function aClient(world: World): Promise<Client> {
  const client = new Client({ connectionString: world.database.url })
  await client.connect()
  onTestFinished(() => client.end())
  return client
}
