import { z } from 'zod'
import { flag, oneOf } from './vendor-fields.ts'

/** The webhook that is asked before an inbound call; a header may also name a stored secret. */
export const PreCallWebhook = z.strictObject({
  url: z.string(),
  request_headers: z
    .record(z.string(), z.union([z.string(), z.strictObject({ secret_id: z.string() })]))
    .default({}),
})

/** What such a webhook can hear of. */
export type PostCallEvent = (typeof events)[number]

const events = [
  'transcript',
  'audio',
  'call_initiation_failure',
  'answering_machine_detection',
  'unredacted_transcript',
  'unredacted_audio',
] as const

/** Which workspace webhook hears of finished calls, and of what. */
export const PostCallSettings = z.strictObject({
  post_call_webhook_id: z.string().nullish(),
  events: z.array(z.enum(events)).default(['transcript']),
  transcript_format: oneOf(['json', 'opentelemetry']),
  send_audio: flag,
})
