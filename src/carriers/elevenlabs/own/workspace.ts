import { z } from 'zod'
import { CarrierError } from '../../ports/carrier-error.ts'
import { type AgentConfig, PostCallSettings, PreCallWebhook } from '../agent-config.ts'
import type { ElevenLabsClient } from '../client.ts'
import { idIn, readWebhook, type Webhook } from './listed-webhook.ts'
import { type OwnWebhooks, urlOf, whoseUrl } from './own-webhooks.ts'
import { isWaiting } from './waiting-webhook.ts'

const Settings = z.object({
  conversation_initiation_client_data_webhook: PreCallWebhook.nullish(),
  webhooks: PostCallSettings.nullish(),
})
export type Settings = z.infer<typeof Settings>

/** What holds for agents that say nothing else. */
export function readSettings(request: ElevenLabsClient): Promise<Settings> {
  return request({
    operation: 'settings.get',
    method: 'GET',
    path: 'convai/settings',
    reply: Settings,
  })
}

/** The webhook that finished calls are reported to: the agent's own, or where it says nothing the workspace's. */
export function postCallIdOf(agent: AgentConfig | undefined, workspace: Settings) {
  return (
    agent?.platform_settings?.workspace_overrides?.webhooks?.post_call_webhook_id ??
    workspace.webhooks?.post_call_webhook_id
  )
}

/**
 * The webhooks of the workspace, which others use, too.
 * @throws CarrierError also where one cannot be read that may be this deployment's
 */
export async function listWebhooks(
  request: ElevenLabsClient,
  own: OwnWebhooks,
): Promise<Webhook[]> {
  return (await webhookRows(request)).map((row) => readWebhook(row, own))
}

/** One of the workspace's webhooks, whatever the others are like. @throws CarrierError as listWebhooks */
export async function findWebhook(
  request: ElevenLabsClient,
  id: string,
  own: OwnWebhooks,
): Promise<Webhook | undefined> {
  const rows = await webhookRows(request)
  const row = rows.find((each) => idIn(each) === id)
  if (row !== undefined) return readWebhook(row, own)
  if (rows.every((each) => idIn(each) !== undefined)) return undefined
  throw new CarrierError('elevenlabs', 'webhooks.list', 'bad_reply', 'a webhook without an id')
}

async function webhookRows(request: ElevenLabsClient): Promise<unknown[]> {
  const { webhooks } = await request({
    operation: 'webhooks.list',
    method: 'GET',
    path: 'workspace/webhooks',
    reply: z.object({ webhooks: z.array(z.unknown()) }),
  })
  return webhooks
}

/**
 * This deployment's post-call webhook: at its present address, or, until a move is over, at the one
 * before. One that says no id is taken as it is: its URL cannot be changed, and another would have
 * another secret.
 */
export function ownPostCall(webhooks: Webhook[], own: OwnWebhooks): Webhook | undefined {
  const ours = webhooks.filter(
    (webhook) => whoseUrl(webhook.webhook_url, 'postCall', own) === 'ours' && !isWaiting(webhook),
  )
  return presentPostCall(ours, own) ?? ours[0]
}

/**
 * This deployment's post-call webhook at its present address: the latest one, because there are two while
 * their secret is exchanged. Not one that waits until servers know its secret.
 */
export function presentPostCall(webhooks: Webhook[], own: OwnWebhooks): Webhook | undefined {
  const ours = atPresent(webhooks, own).filter((webhook) => !isWaiting(webhook))
  return ours.findLast(({ webhook_url }) => webhook_url === urlOf('postCall', own)) ?? ours.at(-1)
}

/** Those at its present address that wait until servers know their secrets, the latest one last. */
export function waitingPostCalls(webhooks: Webhook[], own: OwnWebhooks): Webhook[] {
  return atPresent(webhooks, own).filter(isWaiting)
}

/** By age; where two are of the same second, as in the list. */
function atPresent(webhooks: Webhook[], own: OwnWebhooks): Webhook[] {
  const url = urlOf('postCall', own)
  return webhooks
    .filter(({ webhook_url }) => webhook_url === url || webhook_url === url.split('?')[0])
    .toSorted((one, other) => one.created_at_unix - other.created_at_unix)
}
