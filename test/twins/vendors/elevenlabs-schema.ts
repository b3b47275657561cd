import * as serialization from '@elevenlabs/elevenlabs-js/serialization/index.js'

/** How a type of the SDK reads what the API says. */
interface Reader {
  parse(
    raw: unknown,
    options: { unrecognizedObjectKeys: 'fail' },
  ): { ok: boolean; errors?: { path: string[]; message: string }[] }
}

const { conversationalAi: convai } = serialization

/** What the SDK reads the answer of each route as; null where it is no JSON, or says nothing. */
export const readers: Record<string, Reader | null> = {
  'post /v1/convai/phone-numbers': serialization.CreatePhoneNumberResponseModel,
  'get /v1/convai/phone-numbers': convai.phoneNumbers.list.Response,
  'get /v1/convai/v2/phone-numbers': serialization.GetPhoneNumbersPageResponseModel,
  'get /v1/convai/phone-numbers/*': convai.PhoneNumbersGetResponse,
  'patch /v1/convai/phone-numbers/*': convai.PhoneNumbersUpdateResponse,
  'delete /v1/convai/phone-numbers/*': null,
  'post /v1/convai/agents/create': serialization.CreateAgentResponseModel,
  'post /v1/convai/agents/*/duplicate': serialization.CreateAgentResponseModel,
  'get /v1/convai/agents': serialization.GetAgentsPageResponseModel,
  'get /v1/convai/agents/*': serialization.GetAgentResponseModel,
  'patch /v1/convai/agents/*': serialization.GetAgentResponseModel,
  'delete /v1/convai/agents/*': null,
  'post /v1/convai/tools': serialization.ToolResponseModel,
  'get /v1/convai/tools': serialization.ToolsResponseModel,
  'get /v1/convai/tools/*': serialization.ToolResponseModel,
  'patch /v1/convai/tools/*': serialization.ToolResponseModel,
  'get /v1/convai/settings': serialization.GetConvAiSettingsResponseModel,
  'patch /v1/convai/settings': serialization.GetConvAiSettingsResponseModel,
  'post /v1/workspace/webhooks': serialization.WorkspaceCreateWebhookResponseModel,
  'get /v1/workspace/webhooks': serialization.WorkspaceWebhookListResponseModel,
  'patch /v1/workspace/webhooks/*': serialization.PatchWorkspaceWebhookResponseModel,
  'delete /v1/workspace/webhooks/*': serialization.DeleteWorkspaceWebhookResponseModel,
  'get /v1/convai/conversation/get-signed-url': serialization.ConversationSignedUrlResponseModel,
  'get /v1/convai/conversations': serialization.GetConversationsPageResponseModel,
  'get /v1/convai/conversations/*': serialization.GetConversationResponseModel,
  'get /v1/convai/conversations/*/audio': null,
  'delete /v1/convai/conversations/*': null,
  'post /v1/convai/twilio/outbound-call': serialization.TwilioOutboundCallResponse,
  'post /v1/convai/twilio/register-call': null,
}

/**
 * What the SDK's type does not take in a value: what is missing or of another type, and, unlike the
 * client itself, also what ElevenLabs does not know.
 */
export function misread(reader: Reader | null | undefined, raw: unknown): string[] {
  const result = reader?.parse(raw, { unrecognizedObjectKeys: 'fail' })
  if (result === undefined || result.ok) return []
  return (result.errors ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`)
}
