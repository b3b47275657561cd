import type { Call } from '../core/operation.ts'
import { elevenLabsError } from './errors.ts'

/** Where a conversation can have begun, by ElevenLabs' published types. */
const sources = (
  'unknown android_sdk node_js_sdk react_native_sdk react_sdk js_sdk python_sdk widget sip_trunk ' +
  'twilio exotel genesys avaya audiocodes swift_sdk whatsapp twilio_sms flutter_sdk ' +
  'zendesk_integration slack_integration telegram_integration intercom_integration ' +
  'freshdesk_integration salesforce_integration template_preview genesys_bot_connector subagent_tool'
).split(' ')

/** What a list of conversations can be asked for, where that is one of a few words. */
export const conversationChoices: Record<string, readonly string[]> = {
  call_successful: ['success', 'failure', 'unknown'],
  summary_mode: ['exclude', 'include'],
  conversation_initiation_source: sources,
}

/** Refuses a word that ElevenLabs does not have there: 422. */
export function checkChoices({ query }: Call): void {
  for (const [name, words] of Object.entries(conversationChoices)) {
    const word = query[name]
    if (word !== undefined && !words.includes(word))
      throw elevenLabsError(422, 'invalid_parameters', `${name} must be one of ${words.join(', ')}`)
  }
}
