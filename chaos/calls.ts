import { type CarrierState, whenHeard } from './carriers.ts'
import type { Holders } from './holdings.ts'
import type { World } from './world.ts'

interface Row {
  sid: string
  organizationId: string
  recordingUrl: string | null
}

const CALLS = `
  select c.provider_call_id as sid, c.organization_id as "organizationId", c.recording_url as "recordingUrl"
  from orgline.calls c where c.direction = 'inbound' and c.provider_call_id is not null`

interface Refusal {
  sid: string
  at: string
}

const REFUSALS = `select r.provider_id as sid, r.refused_at as at from orgline.refused_arrivals r`

/** Calls to a live number that are not in exactly one place, and messages on tape that are not; in words. */
export async function judgeCalls(world: World, atCarriers: CarrierState, holders: Holders) {
  const { twilio } = atCarriers
  const inAll = async <T extends object>(sql: string): Promise<T[]> => {
    const found = await Promise.all(
      world.deployments.map(({ database }) => world.cluster.query<T>(database, sql)),
    )
    return found.flat()
  }
  const [rows, refusals] = [await inAll<Row>(CALLS), await inAll<Refusal>(REFUSALS)]
  const owners = new Map(
    twilio.calls
      .filter(({ direction }) => direction === 'inbound')
      .map((call) => [call.sid, holders.throughout(call.to, ...whenHeard(atCarriers, call), true)]),
  )
  /** In words, what is not one row, of the owner; nothing where the owner is in doubt. */
  const missing = (what: string, callSid: string, found: Row[]): string[] => {
    const owner = owners.get(callSid)
    const isRight = found.length === 1 && found[0]?.organizationId === owner
    if (!owner || isRight) return []
    const call = twilio.calls.find(({ sid }) => sid === callSid)
    const known = {
      call,
      found,
      refused: refusals.filter(({ sid }) => sid === callSid),
      holdings: holders.of(call?.to ?? ''),
      asked: atCarriers.asked[callSid],
    }
    return [`${what} of ${owner}: ${JSON.stringify(known)}`]
  }
  return {
    calls: [...owners.keys()].flatMap((sid) =>
      missing(
        `call ${sid}`,
        sid,
        rows.filter((row) => row.sid === sid),
      ),
    ),
    voicemails: twilio.recordings.flatMap(({ sid, call_sid }) =>
      missing(
        `message ${sid} of call ${call_sid}`,
        call_sid,
        rows.filter((row) => row.recordingUrl?.includes(sid)),
      ),
    ),
  }
}
