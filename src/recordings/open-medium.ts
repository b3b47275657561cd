import type { Downloads } from '../carriers/ports/downloads.ts'
import type { Telephony } from '../carriers/ports/telephony.ts'
import type { Transfer } from '../http/route.ts'
import { askerOf, type Person } from '../platform/actor.ts'
import { AppError } from '../platform/errors.ts'
import type { HandOver } from './hand-over.ts'
import { orWhy } from './open-recording.ts'
import type { RecordingStore } from './recording-store.ts'

/** Twilio tells of media that it has in a moment. Source: Twilio support, "Intermittent 404 Errors When Accessing Media URLs". */
const AGAIN_SECONDS = 3

/** Opens what customers' texts brought along. */
export function createOpenMedium(deps: {
  store: Pick<RecordingStore, 'findMedium' | 'noteViewing'>
  downloads: Pick<Downloads, 'openMedium'>
  telephony: Pick<Telephony, 'getMedia'>
  handOver: HandOver
}) {
  const { store, downloads, telephony } = deps

  async function whyMissing(messageId: string, messageSid: string, sid: string): Promise<AppError> {
    const media = await telephony.getMedia(messageSid)
    return media.some(({ url }) => url.endsWith(`/${sid}`))
      ? new AppError(
          'media_not_ready',
          `What text ${messageId} brought along is being made ready: ask for it again`,
          { retryAfterSeconds: AGAIN_SECONDS },
        )
      : new AppError('media_gone', `What text ${messageId} brought along is not kept any more`)
  }

  /**
   * @throws AppError as RecordingStore, media_not_ready, media_gone, too_many_at_once, content_unfit,
   *   range_not_satisfiable; CarrierError
   */
  return async (
    actor: Person,
    organizationId: string,
    messageId: string,
    place: number,
    transfer: Transfer,
  ) => {
    const found = await store.findMedium(actor, organizationId, messageId, place)
    // Of the address that the telephone company has told, nothing is believed but which medium it is.
    const [, sid] = /\/Media\/(ME[0-9a-f]{32})$/.exec(found.address ?? '') ?? []
    if (!sid)
      throw new AppError('media_not_found', `Medium ${place} of text ${messageId} is unknown`)
    return deps.handOver({
      open: (request) =>
        orWhy(downloads.openMedium(found.message_sid, sid, request), () =>
          whyMissing(messageId, found.message_sid, sid),
        ),
      key: sid,
      name: `text-${messageId}-${place}`,
      asker: askerOf(actor),
      transfer,
      note: () => store.noteViewing(actor, organizationId, messageId, place),
    })
  }
}

export type OpenMedium = ReturnType<typeof createOpenMedium>
