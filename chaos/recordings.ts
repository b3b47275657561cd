import type { CarrierState } from './carriers.ts'
import type { Deployment, World } from './world.ts'

// Of every other call that is over, and of one at least.
const endOf = (ofSome: boolean) => `
  update orgline.calls set recording_gone_at = clock_timestamp(), recording_due_at = clock_timestamp()
  where id in (
    select id from (
      select c.id, row_number() over (order by c.id) as place, count(*) over () as count from orgline.calls c
      where c.recording_gone_at is null and c.status in ('completed', 'failed')
        and (c.provider_call_id is not null or c.conversation_id is not null)
        ${ofSome ? 'and (c.recording_url is not null or c.conversation_id is not null)' : ''}) over
    where place % 2 = 1 ${ofSome ? 'and count > 1' : ''})
  returning id`

const ENDED = `
  select c.provider_call_id as sid, c.conversation_id as conversation from orgline.calls c where c.recording_gone_at is not null`

interface Ended {
  sid: string | null
  conversation: string | null
}

/**
 * The time of some recordings is over, as the clock would end it. How many calls those are of. `ofSome`: none
 * before two calls are over that can be heard, so that one stays.
 */
export async function endRecordings(
  { cluster }: World,
  { database }: Deployment,
  ofSome = false,
): Promise<number> {
  return (await cluster.query(database, endOf(ofSome))).length
}

/**
 * Recordings whose time is over and that a carrier still has, and any that were deleted before theirs was; in
 * words. A database that was lost may have ended some.
 */
export async function wrongRecordings(
  { cluster, deployments, lost }: World,
  { twilio, elevenlabs }: CarrierState,
): Promise<string[]> {
  const endedIn = async (databases: { database: string }[]) =>
    (await Promise.all(databases.map((each) => cluster.query<Ended>(each.database, ENDED)))).flat()
  const [ended, before] = [await endedIn(deployments), await endedIn(lost)]
  const sids = new Set(ended.map(({ sid }) => sid))
  const conversations = new Set(ended.map(({ conversation }) => conversation))
  const all = [...ended, ...before]
  const ever = new Set(all.flatMap(({ sid, conversation }) => [sid, conversation]))
  return [
    ...twilio.recordings
      .filter(({ call_sid }) => sids.has(call_sid))
      .map(({ sid, call_sid }) => `recording ${sid} of call ${call_sid} has ended, and is kept`),
    ...elevenlabs.conversations
      .filter(({ conversation_id: id }) => conversations.has(id))
      .map(({ conversation_id: id }) => `conversation ${id} has ended, and is kept`),
    ...twilio.recordingsRemovedOf
      .filter((sid) => !ever.has(sid))
      .map((sid) => `a recording of call ${sid} is deleted, and had not ended`),
    ...elevenlabs.conversationsRemoved
      .filter((id) => !ever.has(id))
      .map((id) => `conversation ${id} is deleted, and had not ended`),
  ]
}
