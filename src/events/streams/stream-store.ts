import { z } from 'zod'
import type { Database } from '../../database/db.ts'
import type { Actor } from '../../platform/actor.ts'
import { StoredEvent } from '../event.ts'
import type { Place } from './place.ts'

const Page = z.object({
  life: z.string(),
  /** When the database was started. */
  started: z.string(),
  rows: z.array(z.object({ xid: z.string(), position: z.int(), event: StoredEvent })),
  is_more: z.boolean(),
  xid: z.string(),
  position: z.int(),
})
/** Events in their order, and the place where the next ones begin. */
export type StreamPage = z.infer<typeof Page>

/** Who follows whose events; null: those of all. */
export interface Follows {
  actor: Actor
  organizationId: string | null
}

export type StreamStore = ReturnType<typeof createStreamStore>

export function createStreamStore(db: Database) {
  return {
    /** A page without events, that ends at the present. @throws AppError organization_not_found, role_required */
    begin: ({ actor, organizationId }: Follows) =>
      db.rpc('begin_event_stream', { actor, organizationId }, Page),
    /** @throws AppError cursor_outdated, organization_not_found, role_required */
    read: ({ actor, organizationId }: Follows, { life, xid, position }: Place, limit: number) =>
      db.rpc('read_event_stream', { actor, organizationId, life, xid, position, limit }, Page),
    /** For all streams of this server at once. */
    poll: (
      whose: { organizationIds: string[]; isOfAll: boolean },
      { xid, position }: Place,
      limit: number,
    ) => db.rpc('poll_event_streams', { ...whose, xid, position, limit }, Page),
    /** Which of these, by their places in the list, may not follow any more. */
    ended: (followers: Follows[]) =>
      db
        .rpc(
          'ended_followers',
          {
            followers: followers.map(({ actor, organizationId }, key) => ({
              key,
              actor,
              organization_id: organizationId,
            })),
          },
          z.object({ keys: z.array(z.int()) }),
        )
        .then(({ keys }) => keys),
  }
}
