import { z } from 'zod'
import type { Erased, TelephonyErasing } from '../ports/erasure.ts'
import { rowsOf } from './ask-twilio.ts'
import type { TwilioClient } from './client.ts'
import { toTwilioError } from './errors.ts'

/** More recordings, or legs, than one call has. */
const LIST_LIMIT = 1_000

const Sid = z.object({ sid: z.string().min(1) })

/**
 * Erasing on the Twilio SDK; operations in errors are named as the SDK names them. A message takes
 * its media along (Twilio support, "Deleting messages, message media or message bodies"); a call
 * leaves its recordings and its legs behind.
 */
export function createTwilioErasing(client: TwilioClient): TelephonyErasing {
  const sidsOf = async (operation: string, from: Parameters<typeof rowsOf>[3]) =>
    (await rowsOf(operation, Sid, LIST_LIMIT, from)).map(({ sid }) => sid)

  async function eraseAll(
    operation: string,
    sids: string[],
    remove: (sid: string) => Promise<unknown>,
  ): Promise<Erased> {
    const outcomes: Erased[] = []
    for (const sid of sids) {
      outcomes.push(await remove(sid).then(() => 'erased' as const, outcomeOf(operation)))
    }
    return outcomes.includes('unfinished') ? 'unfinished' : 'erased'
  }

  async function eraseRecordings(callSid: string): Promise<Erased> {
    // By a filter of the account's, which also finds those of a call that is erased already.
    const recordings = await sidsOf('recordings.list', {
      first: () => client.recordings.page({ callSid, pageSize: LIST_LIMIT }),
      next: (url) => client.recordings.getPage(url),
    })
    return eraseAll('recordings.remove', recordings, (each) => client.recordings(each).remove())
  }

  return {
    eraseRecordings,

    eraseMessage: (sid) =>
      eraseAll('messages.remove', [sid], (each) => client.messages(each).remove()),

    async eraseCall(sid) {
      if ((await eraseRecordings(sid)) === 'unfinished') return 'unfinished'
      const legs = await sidsOf('calls.list', {
        first: () => client.calls.page({ parentCallSid: sid, pageSize: LIST_LIMIT }),
        next: (url) => client.calls.getPage(url),
      })
      // The call last: as long as it is there, its legs are found.
      return eraseAll('calls.remove', [...legs, sid], (each) => client.calls(each).remove())
    },
  }
}

/** 20009: "Cannot delete this resource before it is complete", of a call or a message. */
function outcomeOf(operation: string) {
  return (thrown: unknown): Erased => {
    const error = toTwilioError(operation, thrown)
    if (error.kind === 'not_found') return 'erased'
    if (error.code === '20009') return 'unfinished'
    throw error
  }
}
