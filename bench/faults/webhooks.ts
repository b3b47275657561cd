import { randomBytes } from 'node:crypto'
import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks.js'
import type { Stage } from './stage.ts'

/** What the caller gets: what was meant for them, something neutral instead, or nothing at all. */
export type Heard = 'meant' | 'neutral' | 'nothing'

/** One webhook of a vendor, and how long its answer may take. */
export interface Webhook {
  label: string
  deadlineMs: number
  /** Whose calls come with it: those of the organization that is answered so. */
  mode: 'server' | 'elevenlabs'
  post(stage: Stage): Promise<Heard>
}

const sid = () => `CA${randomBytes(16).toString('hex')}`
export const CALLER = '+16045550123'

/** Longer than any vendor waits. */
const PATIENCE_MS = 20_000

/** Twilio's, signed. Meant: the agent; neutral: an apology. */
export const incomingCall: Webhook = {
  label: 'call/incoming',
  deadlineMs: 4_000,
  mode: 'server',
  async post(stage) {
    const url = `${stage.api}/api/webhooks/call/incoming`
    const params = { CallSid: sid(), From: CALLER, To: stage.server.number, CallStatus: 'ringing' }
    const signature = getExpectedTwilioSignature('sandbox-twilio-token', url, params)
    const twiml = await post(url, new URLSearchParams(params), { 'x-twilio-signature': signature })
    if (/<Connect><Stream /.test(twiml)) return 'meant'
    return /<Say>[^<]{20,}<\/Say>/.test(twiml) ? 'neutral' : 'nothing'
  },
}

/** ElevenLabs'. Meant: the organization's name; neutral: every variable, in nobody's name. */
export const initiation: Webhook = {
  label: 'conversation-initiation',
  deadlineMs: 800,
  mode: 'elevenlabs',
  async post(stage) {
    const { name, number } = stage.elevenlabs
    const event = { caller_id: CALLER, called_number: number, call_sid: sid(), agent_id: 'agent' }
    const answer = await post(
      `${stage.api}/api/webhooks/elevenlabs/conversation-initiation`,
      JSON.stringify(event),
      { 'content-type': 'application/json', 'x-orgline-secret': stage.initSecret },
    )
    const variables = answer ? JSON.parse(answer).dynamic_variables : {}
    if (variables.organization_name === name) return 'meant'
    return variables.organization_name && variables.previous_summary ? 'neutral' : 'nothing'
  },
}

/** The body of a 200; empty for any other answer, and for none. */
async function post(url: string, body: string | URLSearchParams, headers: Record<string, string>) {
  const signal = AbortSignal.timeout(PATIENCE_MS)
  try {
    const answer = await fetch(url, { method: 'POST', headers, body, signal })
    const text = await answer.text()
    return answer.status === 200 ? text : ''
  } catch {
    return ''
  }
}
