import type { Json } from './narrator.ts'
import { atCarriers, call, type Dealer, type Stage, stateAtCarriers } from './stage.ts'

const NAME = 'Workshop'

/**
 * A dealer makes an agent in one call, and exactly that agent answers the number that came with it;
 * answers the dealer with this number, which was one of the `idle` ones of the pool.
 */
export async function makesAnAgent(stage: Stage, dealer: Dealer, idle: string[]): Promise<Dealer> {
  const { api, narrator } = stage
  const agent = await narrator.send({
    url: `${api}/api/agents`,
    token: dealer.token,
    body: {
      agent_name: NAME,
      area_code: '305',
      first_message: 'Hi, this is Mia from {{organization_name}}, the workshop.',
    },
    show: ({ agent_id, agent_name, phone_number, phone_number_status, api_token, created_at }) => ({
      agent_id,
      agent_name,
      phone_number,
      phone_number_status,
      api_token: `${api_token?.slice(0, 8)}…`,
      created_at,
    }),
  })
  narrator.claim(
    'one answer has it all: the agent, its number, active, and a key',
    agent.agent_id &&
      agent.agent_name === NAME &&
      agent.phone_number_status === 'active' &&
      agent.api_token?.startsWith('ol_') &&
      agent.created_at,
  )
  const own = { ...dealer, number: agent.phone_number }
  const { elevenlabs } = await stateAtCarriers(stage, own.number)
  narrator.claim(
    'the number was idle in the pool; now ElevenLabs has this agent on it',
    idle.includes(own.number) && elevenlabs?.assigned_agent?.agent_id === agent.agent_id,
  )
  const workshop = await call(stage, own, ['My brakes are loud'])
  narrator.claim(
    'exactly that agent has answered, in its own words',
    workshop.agentSaid === `Hi, this is Mia from ${dealer.name}, the workshop.` &&
      (await agentOf(stage, workshop)) === agent.agent_id,
  )
  const sales = await call(stage, dealer, [])
  narrator.claim(
    `the number that ${dealer.name} had before keeps its agent`,
    sales.agentSaid.includes('Jack') && (await agentOf(stage, sales)) !== agent.agent_id,
  )
  return own
}

/** Which agent a caller spoke to, says ElevenLabs. */
async function agentOf(stage: Stage, { conversationId }: Json): Promise<string | undefined> {
  const { elevenlabs } = await atCarriers(stage)
  return elevenlabs.conversations.find((row: Json) => row.conversation_id === conversationId)
    ?.agent_id
}
