import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import type { ElevenLabsSetup } from './target.ts'

const NAME = 'Orgline post-call'
const EVENTS = ['transcript', 'call_initiation_failure']

const Settings = z.object({
  conversation_initiation_client_data_webhook: z
    .object({ url: z.string(), request_headers: z.record(z.string(), z.unknown()) })
    .nullish(),
  webhooks: z
    .looseObject({
      post_call_webhook_id: z.string().nullish(),
      events: z.array(z.string()).nullish(),
    })
    .nullish(),
})

const Webhook = z.object({
  webhook_id: z.string(),
  webhook_url: z.string(),
  is_disabled: z.boolean(),
  is_auto_disabled: z.boolean(),
  retry_enabled: z.boolean().nullish(),
})

/** The webhook that ElevenLabs asks before an inbound call, with the header that proves it. */
export async function setUpPreCall(setup: ElevenLabsSetup): Promise<string[]> {
  const wanted = { url: setup.preCallUrl, request_headers: setup.preCallHeaders }
  const { conversation_initiation_client_data_webhook: actual } = await readSettings(setup)
  if (isDeepStrictEqual(actual, wanted)) return [`Unchanged: pre-call webhook ${wanted.url}`]
  await updateSettings(setup, { conversation_initiation_client_data_webhook: wanted })
  const before = actual
    ? ` (was ${actual.url === wanted.url ? 'without our secret' : actual.url})`
    : ''
  return [
    `Changed: pre-call webhook is ${wanted.url} with header ${Object.keys(setup.preCallHeaders).join(', ')}${before}`,
  ]
}

/** The webhook that hears of finished calls, with retries on: they are off by default. */
export async function setUpPostCall(
  setup: ElevenLabsSetup,
): Promise<{ lines: string[]; secret: string | undefined }> {
  const found = await findWebhook(setup)
  const created = found ? undefined : await createWebhook(setup)
  const id = found?.webhook_id ?? created?.webhook_id ?? ''
  const lines = created
    ? [
        `Changed: created post-call webhook ${setup.postCallUrl}`,
        `Put into .env, it is shown only now: ELEVENLABS_WEBHOOK_SECRET=${created.webhook_secret}`,
      ]
    : [...(await enable(setup, found))]
  if (found && !setup.postCallSecretKnown) {
    lines.push(
      `Left to you: ELEVENLABS_WEBHOOK_SECRET is not set, and ElevenLabs shows it only once. Delete the webhook "${NAME}" in its dashboard and run this again.`,
    )
  }
  if (created) await setRetries(setup, id)

  const { webhooks } = await readSettings(setup)
  if (webhooks?.post_call_webhook_id !== id || !isDeepStrictEqual(webhooks.events, EVENTS)) {
    await updateSettings(setup, {
      webhooks: { ...webhooks, post_call_webhook_id: id, events: EVENTS },
    })
    lines.push(`Changed: finished and failed calls are sent to the post-call webhook`)
  }
  return { lines, secret: created?.webhook_secret }
}

async function findWebhook(setup: ElevenLabsSetup): Promise<z.infer<typeof Webhook> | undefined> {
  const { webhooks } = await setup.request({
    operation: 'webhooks.list',
    method: 'GET',
    path: 'workspace/webhooks',
    reply: z.object({ webhooks: z.array(Webhook) }),
  })
  return webhooks.find((webhook) => webhook.webhook_url === setup.postCallUrl)
}

function createWebhook(setup: ElevenLabsSetup) {
  return setup.request({
    operation: 'webhooks.create',
    method: 'POST',
    path: 'workspace/webhooks',
    body: { settings: { auth_type: 'hmac', name: NAME, webhook_url: setup.postCallUrl } },
    reply: z.object({ webhook_id: z.string(), webhook_secret: z.string() }),
  })
}

/** The list does not always tell about retries; then they are set again, which changes nothing. */
async function enable(
  setup: ElevenLabsSetup,
  webhook: z.infer<typeof Webhook> | undefined,
): Promise<string[]> {
  if (!webhook) return []
  const wasOff = webhook.is_disabled || webhook.is_auto_disabled
  if (wasOff || webhook.retry_enabled !== true) await setRetries(setup, webhook.webhook_id)
  if (wasOff) return ['Changed: post-call webhook was disabled, is enabled again']
  return [
    webhook.retry_enabled === false
      ? 'Changed: post-call webhook retries are on'
      : `Unchanged: post-call webhook ${webhook.webhook_url}`,
  ]
}

async function setRetries(setup: ElevenLabsSetup, id: string): Promise<void> {
  await setup.request({
    operation: 'webhooks.update',
    method: 'PATCH',
    path: `workspace/webhooks/${encodeURIComponent(id)}`,
    body: { is_disabled: false, name: NAME, retry_enabled: true },
    reply: z.unknown(),
  })
}

function readSettings({ request }: ElevenLabsSetup) {
  return request({
    operation: 'settings.get',
    method: 'GET',
    path: 'convai/settings',
    reply: Settings,
  })
}

async function updateSettings({ request }: ElevenLabsSetup, body: unknown): Promise<void> {
  await request({
    operation: 'settings.update',
    method: 'PATCH',
    path: 'convai/settings',
    body,
    reply: z.unknown(),
  })
}
