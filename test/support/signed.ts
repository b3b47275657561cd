import { randomBytes } from 'node:crypto'
import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks.js'
import { request } from './requests.ts'
import { accountSid } from './twilio-console.ts'
import { INIT_SECRET, type World } from './world.ts'

export const SMS_PATH = '/api/webhooks/twilio/sms'
export const INITIATION_PATH = '/api/webhooks/elevenlabs/conversation-initiation'

type Params = Record<string, string | string[]>

/** Posts a form with the X-Twilio-Signature that Twilio would send; `forge` makes it a wrong one. */
export function twilioPost(
  world: Pick<World, 'origin'> & {
    config: { publicUrl: string; twilio: { authToken: string } }
  },
  path: string,
  params: Params,
  forge: {
    /** The URL that is signed, instead of the one that is called. */
    url?: string
    token?: string
    /** The whole header; null: none. */
    signature?: string | null
    headers?: Record<string, string>
  } = {},
) {
  const form = new URLSearchParams()
  for (const [name, value] of Object.entries(params)) {
    for (const each of [value].flat()) form.append(name, each)
  }
  const { authToken } = world.config.twilio
  const signature =
    forge.signature === undefined
      ? getExpectedTwilioSignature(
          forge.token ?? authToken,
          forge.url ?? `${world.config.publicUrl}${path}`,
          params,
        )
      : forge.signature
  return request(world.origin, 'POST', path, {
    body: form.toString(),
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      ...(signature !== null && { 'x-twilio-signature': signature }),
      ...forge.headers,
    },
  })
}

/** The parameters of a text nobody has sent before. */
export function aText(to: string, more: Params = {}): Params {
  const sid = `SM${randomBytes(16).toString('hex')}`
  return {
    MessageSid: sid,
    SmsSid: sid,
    AccountSid: accountSid,
    From: '+16045559100',
    To: to,
    Body: 'Hello',
    NumMedia: '0',
    NumSegments: '1',
    ApiVersion: '2010-04-01',
    ...more,
  }
}

/** Asks as ElevenLabs does what an agent may know of a call; a string is sent as it stands. */
export function askInitiation(world: World, body: unknown, headers: Record<string, string> = {}) {
  return request(world.origin, 'POST', INITIATION_PATH, {
    body,
    headers: { 'x-orgline-secret': INIT_SECRET, ...headers },
  })
}

/** The event of a call nobody has made before. */
export function aCall(to: string, more: Record<string, unknown> = {}) {
  return {
    caller_id: '+16045559200',
    called_number: to,
    call_sid: `CA${randomBytes(16).toString('hex')}`,
    agent_id: 'agent_1',
    ...more,
  }
}
