import { buildVariables } from '../../agent-memory/variables.ts'
import type { Config } from '../../config/config.ts'
import { problemBody } from '../../http/problem.ts'
import { createApology } from '../apology.ts'
import type { Shed } from './gate.ts'

/**
 * The share of a caller's deadline after which nobody else is taken in. Those who were taken in meanwhile
 * wait for thrice as long at three times what the server can do, and are still answered in time.
 */
const SHARE = 0.25

/** Texts step back before callers do: the carrier's lists bring again what no webhook could. */
const TEXT_MS = 250

/** Twilio waits 15 s for a text's answer (Twilio, Messaging webhooks), so a refusal may take this long. */
const TEXT_HELD_MS = 1_000

const RETRY_SECONDS = '5'

/** What is answered for each webhook that somebody waits for, where there is no time to work at it. */
export function shedsOf(config: Config): Shed[] {
  const { askForMessage } = createApology(config.publicUrl, config.spending.forwardMinutes)
  const neutral = JSON.stringify({
    type: 'conversation_initiation_client_data',
    dynamic_variables: buildVariables({
      organization: null,
      history: null,
      customerPhone: '',
      calledNumber: '',
      defaultOrganizationName: config.organizations.defaultName,
    }),
  })
  const apology = askForMessage(null)
  return [
    {
      paths: ['/api/webhooks/elevenlabs/conversation-initiation'],
      afterMs: config.precallDeadlineMs * SHARE,
      status: 200,
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: () => neutral,
    },
    {
      paths: ['/api/webhooks/call/incoming'],
      afterMs: config.voice.deadlineMs * SHARE,
      status: 200,
      headers: { 'content-type': 'text/xml; charset=utf-8' },
      body: () => apology,
    },
    {
      paths: ['/api/webhooks/twilio/sms', '/api/webhooks/twilio/sms/fallback'],
      afterMs: TEXT_MS,
      status: 503,
      headers: { 'content-type': 'application/problem+json', 'retry-after': RETRY_SECONDS },
      body: busy,
      heldMs: TEXT_HELD_MS,
    },
  ]
}

function busy(instance: string, requestId: string): string {
  const detail = 'Too many texts come at once: send it again in a few seconds'
  return JSON.stringify(problemBody('webhooks_busy', { detail, instance, requestId }))
}
