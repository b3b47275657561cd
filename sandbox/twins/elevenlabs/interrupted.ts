import type { State } from '../core/state.ts'
import { markFailed } from './conversation.ts'

/**
 * Ends the calls and messages that were under way when the twins stopped: nobody is on the line any
 * more, and nobody takes a message further. One that had been sent stays so.
 */
export function endInterrupted({ twilio, elevenlabs }: State): void {
  for (const call of twilio.calls) {
    if (['queued', 'ringing', 'in-progress'].includes(call.status)) call.status = 'failed'
  }
  for (const message of twilio.messages) {
    if (!['accepted', 'queued', 'sending'].includes(message.status)) continue
    message.status = 'failed'
    message.error_code = 30008
  }
  for (const row of elevenlabs.conversations) {
    if (row.status === 'done' || row.status === 'failed') continue
    markFailed(row, { reason: 'The twins were stopped during the call', result: 'failed' })
  }
}
