import { unixNow } from '../../core/time.ts'
import type { World } from '../../core/world.ts'
import type { ConversationRow } from '../model.ts'

/** What an answer costs, in credits and in micro-dollars. */
const CREDITS = 30
const PRICE = 3_333

/** Ends a conversation in writing, and charges for its answers. */
export function finishText(world: World, row: ConversationRow): void {
  world.change(({ elevenlabs }) => {
    const answers = row.transcript.filter(({ role }) => role === 'agent').length
    const asked = row.transcript.filter(({ role }) => role === 'user').map(({ message }) => message)
    row.status = 'done'
    row.metadata.call_duration_secs = Math.max(1, unixNow() - row.metadata.start_time_unix_secs)
    row.metadata.cost = answers * CREDITS
    row.metadata.cost_fiat = (answers * PRICE) / 1_000_000
    row.metadata.termination_reason = 'Client disconnected'
    row.analysis = {
      call_successful: 'success',
      transcript_summary: `The customer wrote: ${asked.join(' / ')}`,
      call_summary_title: 'Chat',
      evaluation_criteria_results: {},
      data_collection_results: {},
    }
    elevenlabs.spent += answers * PRICE
  })
}
