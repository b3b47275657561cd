import { z } from 'zod'
import { newId } from '../core/ids.ts'
import type { Call, Operation } from '../core/operation.ts'
import { unixNow } from '../core/time.ts'
import type { World } from '../core/world.ts'
import { enableAgain } from './deliveries.ts'
import { notFound, parseBody } from './errors.ts'
import type { WebhookRow } from './model.ts'

const Create = z.object({
  settings: z.object({
    auth_type: z.literal('hmac'),
    name: z.string().min(1),
    webhook_url: z.url({ protocol: /^https?$/ }),
    request_headers: z.record(z.string(), z.string()).nullish(),
  }),
})

/** The address of a webhook cannot be changed; enabling it ends also what disabled it by itself. */
const Update = z.object({
  is_disabled: z.boolean(),
  name: z.string().min(1),
  retry_enabled: z.boolean().nullish(),
})

const list = '/v1/workspace/webhooks'
const one = '/v1/workspace/webhooks/:id'

/** The signed webhooks of the workspace; a secret is shown at the creation and never again. */
export function workspaceWebhookOperations(world: World): Operation[] {
  return [
    {
      name: 'webhooks.create',
      method: 'post',
      path: list,
      handle({ body }) {
        const row = newWebhook(parseBody(Create, body))
        world.change(({ elevenlabs }) => elevenlabs.webhooks.push(row))
        const { webhook_id, webhook_secret } = row
        return { status: 200, body: { webhook_id, webhook_secret } }
      },
    },
    {
      name: 'webhooks.list',
      method: 'get',
      path: list,
      handle: () => ({
        status: 200,
        body: { webhooks: world.state.elevenlabs.webhooks.map(webhookItem) },
      }),
    },
    {
      name: 'webhooks.update',
      method: 'patch',
      path: one,
      handle(call) {
        const row = find(world, call)
        const update = parseBody(Update, call.body)
        world.change(() => {
          row.name = update.name
          row.is_disabled = update.is_disabled
          if (!update.is_disabled) enableAgain(world, row)
          row.retry_enabled = update.retry_enabled ?? row.retry_enabled
        })
        return { status: 200, body: { status: 'ok' } }
      },
    },
    {
      name: 'webhooks.delete',
      method: 'delete',
      path: one,
      handle(call) {
        const row = find(world, call)
        world.change(({ elevenlabs }) => {
          elevenlabs.webhooks = elevenlabs.webhooks.filter((each) => each !== row)
        })
        return { status: 200, body: { status: 'ok' } }
      },
    },
  ]
}

function newWebhook({ settings }: z.infer<typeof Create>): WebhookRow {
  return {
    webhook_id: newId(''),
    webhook_secret: newId('wsec_', 64),
    name: settings.name,
    webhook_url: settings.webhook_url,
    request_headers: settings.request_headers ?? {},
    auth_type: 'hmac',
    is_disabled: false,
    is_auto_disabled: false,
    retry_enabled: false,
    created_at_unix: unixNow(),
    most_recent_failure_error_code: null,
    most_recent_failure_timestamp: null,
  }
}

/** All of a webhook but what stays inside. */
export function webhookState({ webhook_secret: _, request_headers: __, ...row }: WebhookRow) {
  return row
}

/** A webhook as the API gives it, which does not tell about retries. */
function webhookItem(row: WebhookRow): unknown {
  const { retry_enabled: _, ...item } = webhookState(row)
  return item
}

function find(world: World, { params }: Call): WebhookRow {
  const row = world.state.elevenlabs.webhooks.find((each) => each.webhook_id === params.id)
  if (row === undefined) throw notFound('Webhook', params.id)
  return row
}
