import { expect } from 'vitest'
import { createAgent } from './agents.ts'
import { ADMIN, atCarriers, control, request, signUp } from './requests.ts'
import type { World } from './world.ts'

/** Who calls, where nobody else is named. */
export const customer = '+16045559810'

/** The organization chooses who answers its calls; null: as INBOUND_VOICE. */
export const choose = (world: World, id: string, voice: 'elevenlabs' | 'server' | null) =>
  request(world.origin, 'PATCH', `/api/organizations/${id}`, {
    token: ADMIN,
    body: { settings: { inbound_voice: voice } },
  })
export const callTo = (world: World, to: string, from = customer, says: string[] = []) =>
  control(world, 'POST', 'calls', { from, to, says })
export const importsOf = async (world: World, phoneNumber: string) =>
  (await atCarriers(world)).elevenlabs.phoneNumbers.filter(
    (row: { phone_number: string }) => row.phone_number === phoneNumber,
  )
export const dial = (world: World, organizationId: string) =>
  request(world.origin, 'POST', '/api/elevenlabs/outbound-call', {
    token: ADMIN,
    body: { organizationId, phoneNumber: '+16045559811' },
  })
export const shown = async (world: World, id: string) =>
  (await request(world.origin, 'GET', `/api/organizations/${id}`, { token: ADMIN })).body
    .organization
/** Who answers a call to the number, as it is told here and at ElevenLabs. */
export const answererOf = async (world: World, to: string, from = customer) => {
  const { mode, conversationId } = await callTo(world, to, from)
  const [row] = await world.sql('select agent_id from calls where conversation_id = $1', [
    conversationId,
  ])
  const { elevenlabs } = await atCarriers(world)
  const conversation = elevenlabs.conversations.find(
    (each: { conversation_id: string }) => each.conversation_id === conversationId,
  )
  return { mode, here: row?.agent_id, there: conversation.agent_id }
}
export const boundTo = async (world: World, phoneNumber: string) =>
  (await importsOf(world, phoneNumber)).map(
    (row: { assigned_agent: { agent_id: string } }) => row.assigned_agent.agent_id,
  )

/** An organization with a number of the default agent, and one of an agent of its own. */
export const anOrganizationWithAgent = async (world: World) => {
  const { organization, token } = await signUp(world)
  const { body: agent } = await createAgent(world, token)
  return { organization, agent }
}

/** Runs the sync loop until nothing is due any more. */
export const syncAll = (world: World) =>
  expect
    .poll(async () => {
      await world.context.phoneNumbers.syncDue.tick(new AbortController().signal)
      return world.sql('select 1 from phone_numbers where sync_due_at is not null')
    })
    .toEqual([])
