import { toError } from '../../platform/errors.ts'
import type { Logger } from '../../platform/logger.ts'
import { renderPayload } from '../payload.ts'
import { comment, eventFrame } from './frames.ts'
import type { Place } from './place.ts'
import type { StreamPage } from './stream-store.ts'

/** An event as streams have it, whoever reads them. */
export interface StreamedEvent {
  place: Place
  organizationId: string | null
  /** Of an organization as such: for operators alone. */
  isForOperators: boolean
  frame: string
}

/** The events of a page, each rendered once. One that cannot be shown is a comment, and does not stop the others. */
export function eventsOf({ life, rows }: StreamPage, log: Logger): StreamedEvent[] {
  return rows.map(({ xid, position, event }) => {
    const place = { life, xid, position }
    return {
      place,
      organizationId: event.organization_id,
      isForOperators: event.type.startsWith('organization.'),
      frame: frameOf(),
    }

    function frameOf(): string {
      try {
        return eventFrame(place, event.type, renderPayload(event))
      } catch (thrown) {
        log.error({ err: toError(thrown), eventId: event.id }, 'an event cannot be streamed')
        return comment(`event ${event.id} cannot be shown`)
      }
    }
  })
}

/** Where the next page begins. */
export function endOf({ life, xid, position }: StreamPage): Place {
  return { life, xid, position }
}
