import { z } from 'zod'

/** The webhook that is asked before an inbound call; a header may also name a stored secret. */
export const PreCallWebhook = z.looseObject({
  url: z.string(),
  request_headers: z
    .record(z.string(), z.union([z.string(), z.looseObject({ secret_id: z.string() })]))
    .default({}),
})

/** Which workspace webhook hears of finished calls, and of what. */
export const PostCallSettings = z.looseObject({
  post_call_webhook_id: z.string().nullish(),
  events: z.array(z.string()).default(['transcript']),
})
