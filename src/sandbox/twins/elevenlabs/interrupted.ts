import type { State } from '../core/state.ts'
import { markFailed } from './conversation.ts'

/** Ends the calls that were under way when the twins stopped: nobody is on the line any more. */
export function endInterrupted({ twilio, elevenlabs }: State): void {
  for (const call of twilio.calls) {
    if (['queued', 'ringing', 'in-progress'].includes(call.status)) call.status = 'failed'
  }
  for (const row of elevenlabs.conversations) {
    if (row.status === 'done' || row.status === 'failed') continue
    markFailed(row, { reason: 'The twins were stopped during the call', result: 'failed' })
  }
}
