import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createAgent } from '../support/agents.ts'
import { expectProblem } from '../support/problems.ts'
import { atCarriers, request, signUp } from '../support/requests.ts'
import { createReplyDeeds } from '../support/text-replies.ts'
import { startWorld, type World } from '../support/world.ts'
import { eleven } from '../twins/support.ts'

/** What keeps an agent from answering texts, beside what its maker has allowed. */
const UNFIT = {
  conversation_config: { conversation: { client_events: ['audio', 'client_error'] } },
  platform_settings: {
    overrides: {
      conversation_config_override: {
        conversation: { text_only: false },
        agent: { first_message: false, language: true },
      },
    },
  },
}

let customers = 0
const aCustomer = () => `+1604555${String(6_920 + ++customers)}`

describe('an organization’s own agent', () => {
  let world: World
  let deeds: ReturnType<typeof createReplyDeeds>
  beforeAll(async () => {
    world = await startWorld({ settings: { NEW_ORGANIZATION_DAYS: '0' } })
    deeds = createReplyDeeds(world)
  })
  afterAll(() => world.stop())

  async function withAgent() {
    const { organization, token } = await signUp(world, { provisionPhone: false })
    const { body } = await createAgent(world, token)
    const path = `/api/organizations/${organization.id}`
    return {
      agentId: body.agent_id as string,
      name: body.agent_name as string,
      number: body.phone_number as string,
      switchOn: () =>
        request(world.origin, 'PATCH', path, {
          token,
          body: { settings: { text_replies: 'agent' } },
        }),
      change: (words: object) =>
        request(world.origin, 'PATCH', `/api/agents/${body.agent_id}`, { token, body: words }),
    }
  }
  const changeAtElevenLabs = async (agentId: string, config: object) =>
    expect((await eleven(world.twins, 'PATCH', `/convai/agents/${agentId}`, config)).status).toBe(
      200,
    )
  const configOf = async (agentId: string) =>
    (await atCarriers(world)).elevenlabs.agents.find(
      (each: { agent_id: string }) => each.agent_id === agentId,
    )
  const opensOf = async (agentId: string) =>
    (await configOf(agentId)).platform_settings.overrides.conversation_config_override
  /** Who answers a text to this number. */
  async function whoAnswers(number: string) {
    const customer = aCustomer()
    await deeds.text(customer, number, 'Hello')
    await deeds.answerAll()
    expect(await deeds.answersTo(customer)).toMatchObject([{ from: number }])
    const [conversation] = await deeds.conversationsWith(customer)
    return conversation.agent_id
  }

  test('that this server makes, can answer texts, and does on its number', async () => {
    const { agentId, number, switchOn } = await withAgent()

    expect((await switchOn()).status).toBe(200)

    expect(await opensOf(agentId)).toMatchObject({
      conversation: { text_only: true },
      agent: { first_message: true },
    })
    expect(await whoAnswers(number)).toBe(agentId)
  })

  test('made of a template that lacks it all, can answer texts; what the template allows stays, and so does the template', async () => {
    const template = await withAgent()
    await changeAtElevenLabs(template.agentId, UNFIT)
    const before = await configOf(template.agentId)
    await world.restart({ ELEVENLABS_TEMPLATE_AGENT_ID: template.agentId })

    const { agentId, number, switchOn } = await withAgent()
    const switched = await switchOn()
    const answering = await whoAnswers(number)
    await world.restart({})

    expect([switched.status, answering]).toEqual([200, agentId])
    expect(await opensOf(agentId)).toMatchObject({
      conversation: { text_only: true },
      agent: { first_message: true, language: true },
    })
    expect((await configOf(agentId)).conversation_config.conversation.client_events).toEqual(
      expect.arrayContaining(['client_error', 'agent_response']),
    )
    expect(await configOf(template.agentId)).toEqual(before)
  })

  test('that lacks it, keeps the switch off, and is named with the remedy, which works and keeps what else it allows', async () => {
    const { agentId, name, number, switchOn, change } = await withAgent()
    await changeAtElevenLabs(agentId, UNFIT)

    const refused = await switchOn()
    const changed = await change({ agent_name: name })
    const switched = await switchOn()

    expectProblem(refused, 422, 'agent_cannot_text')
    expect(refused.body.detail).toContain(`PATCH /api/agents/${agentId}`)
    expect([changed.status, switched.status]).toEqual([200, 200])
    expect((await opensOf(agentId)).agent).toMatchObject({ first_message: true, language: true })
    expect(await whoAnswers(number)).toBe(agentId)
  })

  test.each([
    ['the override text_only', { conversation: { text_only: false } }],
    ['the override first_message', { agent: { first_message: false } }],
  ])('without %s alone, keeps the switch off', async (_what, lacking) => {
    const { agentId, switchOn } = await withAgent()
    await changeAtElevenLabs(agentId, {
      platform_settings: {
        overrides: {
          conversation_config_override: { ...(await opensOf(agentId)), ...lacking },
        },
      },
    })

    expectProblem(await switchOn(), 422, 'agent_cannot_text')
  })
})
