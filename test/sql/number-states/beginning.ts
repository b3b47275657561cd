import { randomUUID } from 'node:crypto'
import { userActor } from '../../support/actors.ts'
import { unguarded } from '../../support/outbound.ts'
import { argsOf, type Criteria, regionOf } from './criteria.ts'
import type { Reply } from './sql-calls.ts'
import type { World } from './world.ts'

const POOL = ['604', '604', '778', '416']

/** An empty database, then one organization with a number, one without, and three in the pool. */
export async function begin(world: World): Promise<void> {
  await world.clear()
  for (const areaCode of POOL) await stock(world, areaCode)
  await signUpWith(world, { areaCode: '604', only: false })
  await signUpWith(world, null)
  await world.snapshot()
}

async function stock(world: World, areaCode: string): Promise<void> {
  const age = POOL.length - world.atCarriers.lines.size
  const phoneNumber = `+1${areaCode}555200${age}`
  const line = world.atCarriers.own(phoneNumber, '')
  line.isAnswered = true
  await world.sql(
    `insert into phone_numbers (phone_number, country, region, area_code, twilio_phone_sid, elevenlabs_phone_id,
       status, created_at)
     values ($1, 'CA', $2, $3, $4, $5, 'configured', now() - $6 * interval '1 hour')`,
    [
      phoneNumber,
      regionOf(areaCode),
      areaCode,
      line.sid,
      world.atCarriers.import(phoneNumber),
      age,
    ],
  )
}

/** A new organization with its admin; criteria null: without a number. */
export async function signUpWith(
  world: World,
  criteria: Criteria | null,
): Promise<{ id: string; reply: Reply }> {
  const [id, userId] = [randomUUID(), randomUUID()]
  world.users.set(id, userId)
  const reply = await world.call('sign_up_organization', {
    id,
    actor: userActor(userId),
    name: 'Premium Auto Sales',
    slug: `org-${id}`,
    email: 'a@example.com',
    maxPerUser: 3,
    maxPerHour: 1_000_000,
    needsApproval: false,
    guard: unguarded,
    memberEmail: null,
    provision: criteria !== null,
    ...argsOf(criteria ?? { areaCode: null, only: false }),
  })
  return { id, reply }
}
