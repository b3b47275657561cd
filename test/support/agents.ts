import { randomUUID } from 'node:crypto'
import { atCarriers, request } from './requests.ts'
import type { World } from './world.ts'

/** Asks for an agent nobody else has named so. */
export function createAgent(
  world: Pick<World, 'origin'>,
  token: string,
  fields: Record<string, unknown> = {},
  key?: string,
) {
  return request(world.origin, 'POST', '/api/agents', {
    token,
    body: { agent_name: `Agent ${randomUUID()}`, ...fields },
    ...(key && { headers: { 'idempotency-key': key } }),
  })
}

/** What ElevenLabs has of the agents of organizations. */
export async function agentsAtElevenLabs(world: World, name: string) {
  const { elevenlabs } = await atCarriers(world)
  return (elevenlabs.agents as { agent_id: string; name: string }[]).filter((agent) =>
    agent.name.startsWith(`${name} (orgline:`),
  )
}

/** The words of an agent, but for the notice of its organization, which it says first. */
export function afterNotice<Words extends { first_message: string }>(words: Words): Words {
  return { ...words, first_message: words.first_message.replace('{{recording_notice}}', '') }
}

export async function numberAtCarriers(world: World, phoneNumber: string) {
  const { elevenlabs } = await atCarriers(world)
  return elevenlabs.phoneNumbers.find(
    (row: { phone_number: string }) => row.phone_number === phoneNumber,
  )
}
