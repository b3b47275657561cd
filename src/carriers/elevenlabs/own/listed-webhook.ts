import { z } from 'zod'
import { CarrierError } from '../../ports/carrier-error.ts'
import { whyUnreadable } from '../../ports/unreadable.ts'
import { type OwnWebhooks, whoseUrl } from './own-webhooks.ts'
import { NAME } from './waiting-webhook.ts'

const Webhook = z.object({
  webhook_id: z.string(),
  name: z.string(),
  webhook_url: z.string(),
  is_disabled: z.boolean(),
  is_auto_disabled: z.boolean(),
  retry_enabled: z.boolean().nullish(),
  created_at_unix: z.number(),
})
export type Webhook = z.infer<typeof Webhook>

const text = z.string().optional().catch(undefined)

/** As far as anything of it can be read. */
const Known = z
  .object({ webhook_id: text, name: text, webhook_url: text })
  .catch({ webhook_id: undefined, name: undefined, webhook_url: undefined })

/** The id of a row, if it can be read. */
export const idIn = (row: unknown): string | undefined => Known.parse(row).webhook_id

/** What is of no interest about somebody else's webhook, where it cannot be read. */
const OF_OTHERS = {
  webhook_id: '',
  name: '',
  webhook_url: 'an address that cannot be read',
  is_disabled: false,
  is_auto_disabled: false,
  created_at_unix: 0,
}

/**
 * A row of the workspace's list. One that is not as documented has to be read only if it may be ours; of
 * somebody else's its address is enough.
 * @throws CarrierError bad_reply, where such a row may be of this deployment
 */
export function readWebhook(row: unknown, own: OwnWebhooks): Webhook {
  const { data, error } = Webhook.safeParse(row)
  if (!error) return data
  const known = Known.parse(row)
  if (mayBeOurs(known, own))
    throw new CarrierError('elevenlabs', 'webhooks.list', 'bad_reply', whyUnreadable(error))
  const readable = Object.entries(known).filter(([, value]) => value !== undefined)
  return { ...OF_OTHERS, ...Object.fromEntries(readable) }
}

/** Without an address its name tells, which every deployment gives to its own. */
function mayBeOurs({ name, webhook_url: url }: z.infer<typeof Known>, own: OwnWebhooks): boolean {
  if (url !== undefined) return whoseUrl(url, 'postCall', own) !== 'other'
  return name?.startsWith(NAME) ?? true
}
