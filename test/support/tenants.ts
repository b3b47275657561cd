import { randomUUID } from 'node:crypto'
import { KeyScope } from '../../src/http/principal.ts'
import { createAgent } from './agents.ts'
import { aKey } from './api-keys.ts'
import { ADMIN, aUser, request, signUp } from './requests.ts'
import { aCall, aContact, aDelivery, aMessage } from './rows.ts'
import type { World } from './world.ts'

/** An organization with one of everything that has an id, told in a word that nobody else uses. */
export interface Tenant {
  word: string
  organizationId: string
  /** Of its admin, of a plain member, and of a program with every scope. */
  token: string
  member: string
  key: string
  /** Of the customer that `contactId` is. */
  customer: string
  /** What the parameters of paths may be. */
  ids: Record<string, string>
}

export async function aTenant(world: World): Promise<Tenant> {
  const word = `word${randomUUID().slice(0, 8)}`
  const { organization, token } = await signUp(world, { name: `Dealer ${word}` })
  const organizationId = organization.id as string
  const path = `/api/organizations/${organizationId}`
  const [user, invited] = [await aUser(world), { email: `${word}@example.com` }]
  await request(world.origin, 'POST', `${path}/members`, {
    token: ADMIN,
    body: { userId: user.id, role: 'member' },
  })
  await request(world.origin, 'POST', `${path}/members`, { token, body: invited })
  const agent = await createAgent(world, token, { organizationId, agent_name: `Agent ${word}` })
  const { id: keyId, key } = await aKey(world, organizationId, [...KeyScope.options], token)
  // That it was used is no effect of what is tried with it.
  await world.sql("update api_keys set last_used_at = now() + interval '1 hour' where id = $1", [
    keyId,
  ])
  const ids = {
    organizationId,
    phoneNumber: organization.phoneNumber as string,
    memberId: user.id,
    agentId: agent.body.agent_id as string,
    keyId,
    ...(await history(world, organizationId, word)),
    ...(await aDelivery(world.database.url, organizationId)),
  }
  await request(world.origin, 'POST', `${path}/do-not-call`, {
    token,
    body: { phoneNumber: '+16045558877', reason: word },
  })
  const [contact] = await world.sql<{ phone_number: string }>(
    'select phone_number from contacts where id = $1',
    [ids.contactId],
  )
  const customer = contact?.phone_number ?? ''
  return { word, organizationId, token, member: user.token, key, customer, ids }
}

/** What has happened to it: a customer who texted and called, an order, a notification, an invite. */
async function history(world: World, organizationId: string, word: string) {
  const one = async (text: string, values = [organizationId]) =>
    (await world.sql<{ id: string }>(text, values))[0]?.id ?? ''
  const { url } = world.database
  const contactId = await aContact(url, organizationId, { name: word, lead_id: word })
  const holdingId = await one(
    'select id from organization_phone_numbers where organization_id = $1',
  )
  const traffic = { organizationId, holdingId, contactId }
  return {
    contactId,
    messageId: await aMessage(url, traffic, { body: word }),
    callId: await aCall(url, traffic, { summary: word }),
    orderId: await one('select id from number_orders where organization_id = $1'),
    inviteId: await one('select id from organization_invites where organization_id = $1'),
    notificationId: await one(
      `insert into admin_notifications (type, subject, organization_id, message)
       values ('phone_setup_failed', $2, $1, $2) returning id`,
      [organizationId, word],
    ),
  }
}
