import { ADMIN, type Answer, request, signUp } from './requests.ts'
import type { World } from './world.ts'

/** An endpoint, and what is done with it by whoever may; `events` null: told of everything. */
export async function anEndpoint(
  world: World,
  base: string,
  url: string,
  events: string[] | null = null,
) {
  const made = await request(world.origin, 'POST', base, { token: ADMIN, body: { url, events } })
  if (made.status !== 201) throw new Error(`${made.status} ${JSON.stringify(made.body)}`)
  const id = made.body.webhookEndpoint.id as string
  const path = `${base}/${id}`
  const ask = (method: string, rest: string, body?: unknown): Promise<Answer> =>
    request(world.origin, method, `${path}${rest}`, { token: ADMIN, ...(body ? { body } : {}) })
  return {
    id,
    path,
    secret: made.body.secret as string,
    ask,
    read: async () => (await ask('GET', '')).body.webhookEndpoint,
    // biome-ignore lint/suspicious/noExplicitAny: rows of an answer
    deliveries: async (query = ''): Promise<any[]> =>
      (await ask('GET', `/deliveries${query}`)).body.deliveries,
  }
}

/** An organization with its number, and an endpoint of its own. */
export async function aListener(world: World, url: string, events: string[] | null = null) {
  const { organization } = await signUp(world)
  const base = `/api/organizations/${organization.id}/webhook-endpoints`
  return {
    organizationId: organization.id as string,
    number: organization.phoneNumber as string,
    ...(await anEndpoint(world, base, url, events)),
  }
}

/** Tells all that is due, to its end. */
export function deliverDue(world: World): Promise<number> {
  return world.context.events.deliveries.deliverDue(new AbortController().signal)
}

/** As if the pauses of what failed were over. */
export async function endPauses(world: World): Promise<void> {
  await world.sql('update event_deliveries set due_at = now() where due_at is not null')
}
