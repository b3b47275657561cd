import { INBOUND_TEXT, INCOMING_CALL, INITIATION } from '../work/webhooks.ts'

/** What every reference answers under, and what it is given in its environment. */
export const paths = { initiation: INITIATION, text: INBOUND_TEXT, call: INCOMING_CALL }

export interface ReferenceSettings {
  databaseUrl: string
  /** Where ElevenLabs' twin takes calls. */
  elevenLabs: string
  poolSize: number
}

/** What a reference says when it listens, before its port. */
export const LISTENING = 'reference listens on '
