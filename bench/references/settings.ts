import { OUTBOUND_CALL } from '../work/outbound-call.ts'
import { INBOUND_TEXT, INCOMING_CALL, INITIATION } from '../work/webhooks.ts'

/** What every reference answers under, and what it is given in its environment. */
export const paths = {
  initiation: INITIATION,
  text: INBOUND_TEXT,
  call: INCOMING_CALL,
  outbound: OUTBOUND_CALL,
}

export interface ReferenceSettings {
  databaseUrl: string
  /** Where ElevenLabs' twin takes calls. */
  elevenLabs: string
  poolSize: number
  /** The limits that an outbound call is checked against, as the product has them. */
  guard: object
}

/** What a reference says when it listens, before its port. */
export const LISTENING = 'reference listens on '
