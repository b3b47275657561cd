import { z } from 'zod'
import type { Webhook } from '../own/listed-webhook.ts'
import { isAtPresent, urlOf, whoseUrl } from '../own/own-webhooks.ts'
import { NAME, WAITING, waitingFor } from '../own/waiting-webhook.ts'
import { postCallIdOf, presentPostCall, waitingPostCalls } from '../own/workspace.ts'
import type { ElevenLabsSetup } from './target.ts'
import type { Workspace } from './workspace.ts'

interface PostCall {
  lines: string[]
  /** Of a webhook that was created by this run. */
  secret: string | undefined
  /** The webhook that agents are to have. */
  attachedId: string
}

/**
 * The webhook that hears of finished calls, with retries on: they are off by default. Where agents have
 * one that is heard, as in a move or for another secret, the new one waits, and nobody gives it to an
 * agent, until a run that has its secret. ElevenLabs disables a webhook without a success after ten
 * refused reports.
 */
export async function setUpPostCall(
  setup: ElevenLabsSetup,
  { webhooks, agent, settings }: Workspace,
): Promise<PostCall> {
  const present = presentPostCall(webhooks, setup.own) ?? beforeMove()
  const waiting = waitingPostCalls(webhooks, setup.own)
  if (setup.anotherSecret) return create(waiting)
  const known = waiting.findLast(({ name }) => name === waitingFor(setup.postCallSecret ?? ''))
  const others = waiting.filter((webhook) => webhook !== known)
  if (known) {
    await enable(setup, known.webhook_id, NAME)
    return {
      lines: [`Changed: post-call webhook is ${nameOf(known)}`, ...leftWaiting(others)],
      secret: undefined,
      attachedId: known.webhook_id,
    }
  }
  // One that cannot prove its secret is never given to an agent, so another is made in its place.
  const isMade = others.some(({ name }) => name !== WAITING)
  if (!present || !(isMade || isAtPresent(present.webhook_url, setup.own))) return create(others)
  return {
    lines: [...(await enableAgain(setup, present)), ...leftWaiting(others)],
    secret: undefined,
    attachedId: present.webhook_id,
  }

  async function create(others: Webhook[]): Promise<PostCall> {
    const { webhook_id: id, webhook_secret: secret } = await createWebhook(
      setup,
      present ? WAITING : NAME,
    )
    setup.say(`Put into .env, it is shown only now: ELEVENLABS_WEBHOOK_SECRET=${secret}`)
    setup.say('If this run fails from here on: npm run setup:elevenlabs says what is left to do.')
    await enable(setup, id, present ? waitingFor(secret) : NAME)
    return {
      lines: [
        `Changed: created post-call webhook ${urlOf('postCall', setup.own)}`,
        ...(present ? [leftInMove(present)] : []),
        ...leftWaiting(others),
      ],
      secret,
      attachedId: present?.webhook_id ?? id,
    }
  }

  /** The one of this deployment that is in use, at the address before, and whose reports are let in. */
  function beforeMove(): Webhook | undefined {
    if (setup.postCallSecret === undefined) return undefined
    const inUseId = postCallIdOf(agent?.config, settings)
    return webhooks.find(
      ({ webhook_id: id, webhook_url: url }) =>
        id === inUseId &&
        whoseUrl(url, 'postCall', setup.own) === 'ours' &&
        !isAtPresent(url, setup.own),
    )
  }
}

function leftInMove({ webhook_url: url }: Webhook): string {
  return `Left to you: finished calls are still reported to the webhook before, ${url}. Put the secret that is in .env now into ELEVENLABS_WEBHOOK_SECRET_PREVIOUS and the printed one into ELEVENLABS_WEBHOOK_SECRET, restart the servers, and run this again: then they are reported to the new one.`
}

/** Of webhooks whose secret is not the one in .env. */
function leftWaiting(webhooks: Webhook[]): string[] {
  return webhooks.map((webhook) =>
    webhook.name === WAITING
      ? `Left to you: the run that made ${nameOf(webhook)} failed, and no agent will report to it. Delete it in ElevenLabs' dashboard.`
      : `Left to you: no agent reports to ${nameOf(webhook)} yet, because ELEVENLABS_WEBHOOK_SECRET is not its secret. Put its secret there and the one before into ELEVENLABS_WEBHOOK_SECRET_PREVIOUS, restart the servers, and run this again. If nobody has its secret, delete it in ElevenLabs' dashboard.`,
  )
}

function nameOf({ webhook_id: id, name, webhook_url: url }: Webhook): string {
  return `"${name}" (${id}) at ${url}`
}

function createWebhook(setup: ElevenLabsSetup, name: string) {
  return setup.request({
    operation: 'webhooks.create',
    method: 'POST',
    path: 'workspace/webhooks',
    body: {
      settings: { auth_type: 'hmac', name, webhook_url: urlOf('postCall', setup.own) },
    },
    reply: z.object({ webhook_id: z.string(), webhook_secret: z.string() }),
  })
}

/** The list does not always tell about retries; then they are set again, which changes nothing. */
async function enableAgain(setup: ElevenLabsSetup, webhook: Webhook): Promise<string[]> {
  const wasOff = webhook.is_disabled || webhook.is_auto_disabled
  if (wasOff || webhook.retry_enabled !== true) await enable(setup, webhook.webhook_id, NAME)
  const lines = wasOff
    ? ['Changed: post-call webhook was disabled, is enabled again']
    : [
        webhook.retry_enabled === false
          ? 'Changed: post-call webhook retries are on'
          : `Unchanged: post-call webhook ${webhook.webhook_url}`,
      ]
  if (setup.postCallSecret !== undefined) return lines
  return [
    ...lines,
    `Left to you: ELEVENLABS_WEBHOOK_SECRET is not set, and ElevenLabs shows it only once. Delete the webhook "${NAME}" at ${webhook.webhook_url} in its dashboard and run this again.`,
  ]
}

/** With retries. */
async function enable(setup: ElevenLabsSetup, id: string, name: string): Promise<void> {
  await setup.request({
    operation: 'webhooks.update',
    method: 'PATCH',
    path: `workspace/webhooks/${encodeURIComponent(id)}`,
    body: { is_disabled: false, name, retry_enabled: true },
    reply: z.unknown(),
  })
}
