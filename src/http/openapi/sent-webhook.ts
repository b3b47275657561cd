import type { z } from 'zod'
import type { ZodOpenApiOperationObject } from 'zod-openapi'
import eventData from './examples/event-data.json' with { type: 'json' }

/** What this server posts to others. */
export interface SentWebhook {
  name: string
  operationId: string
  summary: string
  body: z.ZodType
}

const examples: Record<string, unknown> = eventData
const AT = '2026-05-04T16:20:01.000+00:00'
const ID = '0b8f6f2e-3c1d-4e5a-9b7c-2d4e6f8a0b1a'

/** A webhook as an operation of the document: what its receiver has to take. */
export function receivedOperationOf(webhook: SentWebhook): ZodOpenApiOperationObject {
  const { operationId, summary, body, name } = webhook
  return {
    operationId,
    tags: ['Events'],
    summary,
    description: 'Posted to webhook endpoints, at least once and in no certain order.',
    // It proves itself by its signature.
    security: [],
    parameters: [
      header('webhook-id', 'the id of the event, the same on every try', ID),
      header('webhook-timestamp', 'seconds since 1970, of this try', '1777911601'),
      header(
        'webhook-signature',
        'Standard Webhooks: `v1,` and base64, one for each secret, with blanks between',
        'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
      ),
    ],
    requestBody: {
      required: true,
      content: {
        'application/json': {
          schema: body,
          example: {
            id: ID,
            type: name,
            timestamp: AT,
            organization_id: '0b8f6f2e-3c1d-4e5a-9b7c-2d4e6f8a0b1e',
            late: false,
            data: examples[name],
          },
        },
      },
    },
    responses: {
      '2XX': { description: 'Taken; whatever the answer says besides' },
      410: { description: 'Wants no more events: the endpoint is paused' },
    },
  }
}

function header(name: string, description: string, example: string) {
  return {
    name,
    in: 'header' as const,
    required: true,
    schema: { type: 'string' as const },
    description,
    example,
  }
}
