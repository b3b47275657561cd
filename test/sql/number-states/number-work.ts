import { isToBeAnswered } from './settings-law.ts'
import { attempt, type Reply } from './sql-calls.ts'
import { PUBLIC_URL, type World } from './world.ts'

const LEASE_MS = 60_000

/** One worker of the sync loop, with one number. It yields as workOff does. */
export async function* syncNext(world: World, { fails }: { fails: boolean }) {
  const { claim } = await world.call('claim_number_to_sync', {
    leaseMs: LEASE_MS,
    inboundVoice: 'elevenlabs',
    agentId: 'agent_ours',
    publicUrl: PUBLIC_URL,
  })
  if (!claim) return
  const claimedAt = world.elapsed
  const { id, phone_number: phoneNumber } = claim.number
  yield phoneNumber as string
  const args = () => ({ id, lease: world.shifted(claim.lease, claimedAt) })
  if (fails || !world.atCarriers.lines.has(phoneNumber)) {
    await world.call('record_number_not_synced', {
      ...args(),
      error: 'it failed',
      delayMs: 30_000,
    })
    return
  }
  world.atCarriers.point(phoneNumber, isToBeAnswered(claim.number))
  yield phoneNumber as string
  await world.call('record_number_synced', { ...args(), carriers: ['twilio', 'elevenlabs'] })
}

/** One worker of the release loop, with one number whose quarantine is over. */
export async function* releaseNextNumber(world: World, { fails }: { fails: boolean }) {
  const { claim } = await world.call('claim_number_to_release', {
    leaseMs: LEASE_MS,
    publicUrl: PUBLIC_URL,
  })
  if (!claim) return
  let leasedAt = world.elapsed
  let lease: string = claim.lease
  const { id, phone_number: phoneNumber, twilio_phone_sid: sid } = claim.number
  const args = () => ({ id, lease: world.shifted(lease, leasedAt) })
  const failed = (needsAttention: boolean) =>
    world.call('record_release_failed', {
      ...args(),
      error: 'it failed',
      delayMs: 30_000,
      needsAttention,
    })
  yield phoneNumber as string
  if (claim.doubt || (world.atCarriers.lines.get(phoneNumber)?.sid ?? sid) !== sid) {
    await failed(true)
    return
  }
  for (const remove of [
    () => world.atCarriers.imports.delete(phoneNumber),
    () => world.atCarriers.remove(phoneNumber, sid),
  ]) {
    const begun = await attempt(world.call('begin_release', { ...args(), leaseMs: LEASE_MS }))
    // Restored meanwhile, or another worker's.
    if (!begun.reply) return
    leasedAt = world.elapsed
    lease = begun.reply.lease
    if (fails) {
      await failed(false)
      return
    }
    remove()
    yield phoneNumber as string
  }
  await world.call('record_released', { id })
}

/** A sweep with repair, as far as it changes numbers. */
export async function* sweep(world: World) {
  const before = await inside(world)
  yield undefined
  const listed = [...world.atCarriers.lines.values()].map((line) => ({ ...line }))
  yield undefined
  const after = await inside(world)

  const here = new Map(after.map((number) => [number.phone_number, number]))
  const isListed = (number: Reply) => listed.some(({ sid }) => sid === number.twilio_phone_sid)
  const isThere = (number: Reply) =>
    world.atCarriers.lines.get(number.phone_number)?.sid === number.twilio_phone_sid
  const bought = (number: Reply) => number.status !== 'purchasing'
  const missing = after.filter(
    (number) =>
      bought(number) &&
      before.some((each) => each.id === number.id && bought(each)) &&
      !number.releasing &&
      number.order_status !== 'running' &&
      !isListed(number) &&
      !isThere(number),
  )
  await world.call('mark_ghosts', {
    actor: { kind: 'system' },
    missing: missing.map(({ id }) => id),
    present: after.filter((number) => number.ghost_since && isListed(number)).map(({ id }) => id),
  })
  for (const line of listed) {
    const number = here.get(line.phoneNumber)
    const isUnknown =
      !number || (number.status === 'purchasing' && number.order_status !== 'running')
    const orderId = line.tag.split(':')[2]
    if (isUnknown && orderId && world.atCarriers.lines.get(line.phoneNumber)?.sid === line.sid) {
      await world.call('adopt_number', {
        actor: { kind: 'system' },
        orderId,
        phoneNumber: line.phoneNumber,
        country: 'CA',
        region: 'BC',
        areaCode: line.phoneNumber.slice(2, 5),
        capabilities: {},
        smsStatus: 'ready',
        twilioPhoneSid: line.sid,
        boughtAt: null,
        spare: false,
        quarantineDays: 14,
      })
    }
    const isAtRest = ['configured', 'assigned', 'quarantined'].includes(number?.status)
    if (
      isAtRest &&
      !number?.sync_due &&
      number &&
      line.isAnswered !== isToBeAnswered(number as NumberView)
    )
      await world.call('make_number_due', {
        actor: { kind: 'system' },
        id: number.id,
        twilioPhoneSid: line.sid,
      })
  }
}

type NumberView = Parameters<typeof isToBeAnswered>[0]

async function inside(world: World): Promise<Reply[]> {
  return (await world.call('numbers_to_reconcile', { limit: 1_000, cursor: null })).numbers
}
