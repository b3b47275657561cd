import { z } from 'zod'
import { isAtPresent, urlOf, whoseUrl } from '../own/own-webhooks.ts'
import { postCallIdOf, presentPostCall, type Webhook } from '../own/workspace.ts'
import type { ElevenLabsSetup } from './target.ts'
import type { Workspace } from './workspace.ts'

const NAME = 'Orgline post-call'

interface PostCall {
  lines: string[]
  /** Of a webhook that was created by this run. */
  secret: string | undefined
  /** The webhook that agents are to have. */
  attachedId: string
}

/**
 * The webhook that hears of finished calls, with retries on: they are off by default. In a move, or for
 * another secret, it is made, but agents keep the one before until the next run: its secret is known to
 * no server yet. ElevenLabs disables a webhook without a success after ten refused reports.
 */
export async function setUpPostCall(
  setup: ElevenLabsSetup,
  { webhooks, agent, settings }: Workspace,
): Promise<PostCall> {
  const found = presentPostCall(webhooks, setup.own)
  if (found && !setup.anotherSecret)
    return { lines: await enable(setup, found), secret: undefined, attachedId: found.webhook_id }

  const created = await createWebhook(setup)
  await setRetries(setup, created.webhook_id)
  const secret = created.webhook_secret
  const lines = [
    `Changed: created post-call webhook ${urlOf('postCall', setup.own)}`,
    `Put into .env, it is shown only now: ELEVENLABS_WEBHOOK_SECRET=${secret}`,
  ]
  const before = found ? (inUse() ?? found) : beforeMove()
  if (!before) return { lines, secret, attachedId: created.webhook_id }
  return {
    lines: [
      ...lines,
      `Left to you: finished calls are still reported to the webhook before, ${before.webhook_url}. Put the secret that is in .env now into ELEVENLABS_WEBHOOK_SECRET_PREVIOUS, restart the servers, and run this again: then they are reported to the new one.`,
    ],
    secret,
    attachedId: before.webhook_id,
  }

  /** The one of this deployment that agents have: its secret is the one that servers know. */
  function inUse(): Webhook | undefined {
    const inUseId = postCallIdOf(agent?.config, settings)
    return webhooks.find(
      ({ webhook_id: id, webhook_url: url }) =>
        id === inUseId && whoseUrl(url, 'postCall', setup.own) === 'ours',
    )
  }

  /** That, at the address before, where its reports are let in. */
  function beforeMove(): Webhook | undefined {
    const used = setup.postCallSecretKnown ? inUse() : undefined
    return used && !isAtPresent(used.webhook_url, setup.own) ? used : undefined
  }
}

function createWebhook(setup: ElevenLabsSetup) {
  return setup.request({
    operation: 'webhooks.create',
    method: 'POST',
    path: 'workspace/webhooks',
    body: {
      settings: { auth_type: 'hmac', name: NAME, webhook_url: urlOf('postCall', setup.own) },
    },
    reply: z.object({ webhook_id: z.string(), webhook_secret: z.string() }),
  })
}

/** The list does not always tell about retries; then they are set again, which changes nothing. */
async function enable(setup: ElevenLabsSetup, webhook: Webhook): Promise<string[]> {
  const wasOff = webhook.is_disabled || webhook.is_auto_disabled
  if (wasOff || webhook.retry_enabled !== true) await setRetries(setup, webhook.webhook_id)
  const lines = wasOff
    ? ['Changed: post-call webhook was disabled, is enabled again']
    : [
        webhook.retry_enabled === false
          ? 'Changed: post-call webhook retries are on'
          : `Unchanged: post-call webhook ${webhook.webhook_url}`,
      ]
  if (setup.postCallSecretKnown) return lines
  return [
    ...lines,
    `Left to you: ELEVENLABS_WEBHOOK_SECRET is not set, and ElevenLabs shows it only once. Delete the webhook "${NAME}" at ${webhook.webhook_url} in its dashboard and run this again.`,
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
