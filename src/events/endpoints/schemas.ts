import { z } from 'zod'
import { isClosedHost, isLoopback } from '../../platform/network/public-host.ts'
import type { EventType, OrganizationEventType } from '../event.ts'
import { EndpointStatus } from './endpoint.ts'

/** What an endpoint is made of. `types`: those it may choose from. */
export function endpointFields(
  types: typeof EventType | typeof OrganizationEventType,
  allowLoopback: boolean,
) {
  return {
    url: z
      .url({ protocol: /^https?$/ })
      .max(2_048)
      .superRefine((url, context) => {
        const message = whyUnfit(url, allowLoopback)
        if (message)
          context.addIssue({ code: 'custom', message, params: { problem: 'webhook_url_unfit' } })
      })
      .describe('Where events are posted: https, and reached from the internet')
      .meta({ examples: ['https://crm.example.com/orgline'] })
      .transform((url) => new URL(url).href),
    events: z
      .array(types)
      .min(1)
      .max(types.options.length)
      .transform((events) => [...new Set<string>(events)])
      .nullable()
      .describe('Which types it gets; null: all'),
    description: z
      .string()
      .trim()
      .min(1)
      .max(200)
      .regex(/^\P{Cc}*$/u, 'must not contain control characters')
      .nullable(),
  }
}

export function endpointBody(...given: Parameters<typeof endpointFields>) {
  const { url, events, description } = endpointFields(...given)
  return z.strictObject({
    url,
    events: events.default(null),
    description: description.default(null),
  })
}

export function endpointChanges(...given: Parameters<typeof endpointFields>) {
  return z
    .strictObject({ ...endpointFields(...given), status: EndpointStatus })
    .partial()
    .refine((changes) => Object.keys(changes).length > 0, 'must change something')
    .meta({ minProperties: 1 })
}

function whyUnfit(url: string, allowLoopback: boolean): string | undefined {
  if (!URL.canParse(url)) return undefined
  const { protocol, username, password, hostname } = new URL(url)
  if (username || password)
    return 'must not hold a user or password: the signature proves the sender'
  if (allowLoopback && isLoopback(hostname)) return undefined
  if (isClosedHost(hostname)) return 'must lead to a host that is reached from the internet'
  return protocol === 'https:' ? undefined : 'must begin with https://'
}
