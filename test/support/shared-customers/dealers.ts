import { expect } from 'vitest'
import { request, runOrders, signUp } from '../requests.ts'
import { turnsOn } from '../text-replies.ts'
import type { World } from '../world.ts'

/** An organization whose agents answer texts, with two numbers. */
export interface Dealer {
  id: string
  name: string
  token: string
  numbers: [string, string]
}

export async function aDealer(world: World, name: string): Promise<Dealer> {
  const signedUp = await turnsOn(world, await signUp(world, { name }))
  const { organization, token } = signedUp
  const path = `/api/organizations/${organization.id}`
  await request(world.origin, 'POST', `${path}/phone-numbers`, { token, body: {} })
  await runOrders(world)
  // Longer ago than any text that is caught up late.
  const held = await world.sql<{ number: string }>(
    `with held as (
       update organization_phone_numbers set assigned_at = now() - interval '1 day' where organization_id = $1
       returning phone_number_id, assigned_at)
     update phone_numbers p set created_at = held.assigned_at, bought_at = held.assigned_at from held
     where p.id = held.phone_number_id returning p.phone_number as number`,
    [organization.id],
  )
  const [one = '', another = ''] = held.map(({ number }) => number)
  expect(another).not.toBe('')
  return { id: organization.id, name, token, numbers: [one, another] }
}
