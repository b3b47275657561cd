import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { EVENTS } from '../own/agent-webhooks.ts'
import { preCallWebhook, whoseUrl } from '../own/own-webhooks.ts'
import type { ElevenLabsSetup } from './target.ts'
import type { Workspace } from './workspace.ts'

/**
 * Set-ups once put this deployment's webhooks into the workspace's settings, and agents made manually may
 * go by them: where they are ours they stay so, with our present address and secret. Others' are left
 * alone, and none are put there any more.
 */
export async function keepWorkspaceCurrent(
  { request, own }: ElevenLabsSetup,
  { settings, webhooks }: Workspace,
  postCallId: string | undefined,
): Promise<string[]> {
  const { conversation_initiation_client_data_webhook: asked, webhooks: reported } = settings
  const preCall = preCallWebhook(own)
  const reportedUrl = webhooks.find(
    ({ webhook_id: id }) => id === reported?.post_call_webhook_id,
  )?.webhook_url
  const isReportedOurs =
    reportedUrl !== undefined && whoseUrl(reportedUrl, 'postCall', own) === 'ours'
  const changes = {
    ...(asked &&
      whoseUrl(asked.url, 'preCall', own) === 'ours' &&
      !isDeepStrictEqual(asked, preCall) && {
        conversation_initiation_client_data_webhook: preCall,
      }),
    ...(isReportedOurs &&
      postCallId !== undefined &&
      reported?.post_call_webhook_id !== postCallId && {
        webhooks: { ...reported, post_call_webhook_id: postCallId, events: EVENTS },
      }),
  }
  if (Object.keys(changes).length === 0) return []
  await request({
    operation: 'settings.update',
    method: 'PATCH',
    path: 'convai/settings',
    body: changes,
    reply: z.unknown(),
  })
  return ["Changed: this deployment's webhooks in the workspace's settings, as they are now"]
}
