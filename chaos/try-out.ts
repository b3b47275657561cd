import { accountPath, atTwilio } from '../test/support/twilio-console.ts'
import { type Carrier, type DisturbanceOf, OPERATIONS_OF_ONE } from './plan.ts'
import { deploymentOf, type World } from './world.ts'

/** What nobody calls for as long as our server answers. */
const CHANGED = { VoiceFallbackUrl: 'https://elsewhere.example.com/voice' }

interface Number {
  sid: string
  import_id: string | null
}

const LIVE = `select p.twilio_phone_sid as sid, p.elevenlabs_phone_id as import_id
  from orgline.phone_numbers p where p.status = 'assigned' order by p.created_at limit 1`

/** Has the carrier list wrongly what the sweep then asks it for. Answers how many requests that may meet. */
export async function sweepWrongly(
  {
    at: _at,
    kind: _kind,
    afterSignUps: _after,
    deployment,
    fault,
    ...rest
  }: DisturbanceOf<'wrong_sweep'>,
  world: World,
): Promise<number> {
  await world.control('POST', 'faults', { ...rest, kind: fault })
  await deploymentOf(world, deployment).client.send('POST', '/api/admin/reconcile', {
    mode: 'repair',
  })
  return rest.times
}

/** Has the carrier refuse whatever is about one number that somebody has, or about its import. */
export async function refuseOne(
  { deployment, carrier, status, times }: DisturbanceOf<'refused_one'>,
  world: World,
): Promise<number> {
  const { database } = deploymentOf(world, deployment)
  const [number] = await world.cluster.query<Number>(database, LIVE)
  const about = carrier === 'twilio' ? number?.sid : number?.import_id
  if (!about) return 0
  const operations = OPERATIONS_OF_ONE[carrier]
  // As somebody does in Twilio's console: so there is something about the number to ask.
  if (number) {
    const path = `${accountPath}/IncomingPhoneNumbers/${number.sid}.json`
    const token = world.servers[0]?.settings().TWILIO_AUTH_TOKEN
    await atTwilio({ origin: world.twins }, 'POST', path, CHANGED, { token }).catch(() => {})
  }
  for (const operation of operations) {
    await addRefusal(world, { carrier, operation, status, times, about })
  }
  await deploymentOf(world, deployment).client.send('POST', '/api/admin/reconcile', {
    mode: 'repair',
  })
  return operations.length * times
}

/** Has the carrier refuse everything that is asked of numbers. */
export async function refuseAll(
  { carrier, status, times }: DisturbanceOf<'refused_all'>,
  operations: string[],
  world: World,
): Promise<number> {
  for (const operation of operations) {
    await addRefusal(world, { carrier, operation, status, times })
  }
  // So that somebody asks.
  await world.deployments[0]?.client.send('POST', '/api/admin/reconcile', { mode: 'repair' })
  return operations.length * times
}

function addRefusal(
  world: World,
  fault: { carrier: Carrier; operation: string; status: number; times: number; about?: string },
) {
  return world.control('POST', 'faults', { ...fault, kind: 'error' })
}
