import type { Webhook } from './listed-webhook.ts'
import { deploymentIn, type OwnWebhooks, whoseUrl } from './own-webhooks.ts'

/**
 * Why this deployment does not hear of an agent's finished calls, as the end of a sentence about
 * ElevenLabs; undefined where it does. `id`: of the webhook that the agent reports to. ElevenLabs disables
 * a webhook by itself after ten failures in a row without a success within a week.
 */
export async function unreported(
  agentId: string,
  id: string | null | undefined,
  findWebhook: (id: string) => Promise<Webhook | undefined>,
  own: OwnWebhooks,
): Promise<string | undefined> {
  const what = `it reports finished calls of agent ${agentId} to`
  if (!id) return `${what} nobody`
  const webhook = await findWebhook(id)
  if (!webhook) return `${what} a webhook that is gone`
  const { webhook_url: url } = webhook
  if (whoseUrl(url, 'postCall', own) !== 'ours') {
    const named = deploymentIn(url)
    return `${what} ${url}, ${named ? `of deployment ${named}` : 'which is not this deployment'}`
  }
  return webhook.is_disabled || webhook.is_auto_disabled
    ? `${what} ${url}, which is disabled`
    : undefined
}
