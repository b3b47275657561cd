import type { CarrierApi } from '../core/operation.ts'
import type { World } from '../core/world.ts'
import { agentOperations } from './agents.ts'
import { authorize } from './authorize.ts'
import { conversationOperations } from './conversations.ts'
import { failure, unheeded } from './errors.ts'
import { outboundCallOperations } from './outbound-call.ts'
import { phoneNumberOperations } from './phone-numbers.ts'
import { registerCallOperations } from './register-call.ts'
import { settingsOperations } from './settings.ts'
import { signedUrlOperations } from './text/signed-url.ts'
import { toolOperations } from './tools/tools.ts'
import { workspaceWebhookOperations } from './workspace-webhooks.ts'

/** The ElevenLabs API, as far as the twin has it. */
export function elevenLabsApi(world: World): CarrierApi {
  return {
    carrier: 'elevenlabs',
    operations: [
      ...phoneNumberOperations(world),
      ...agentOperations(world),
      ...toolOperations(world),
      ...settingsOperations(world),
      ...workspaceWebhookOperations(world),
      ...conversationOperations(world),
      ...outboundCallOperations(world),
      ...registerCallOperations(world),
      ...signedUrlOperations(world),
    ],
    webhooks: ['conversationInitiation', 'postCall', 'toolCall'],
    sockets: ['textConversation'],
    authorize: authorize(world),
    unheeded,
    failure,
  }
}
