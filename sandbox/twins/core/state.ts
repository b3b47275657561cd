import { type AuthState, initialAuth } from '../auth/model.ts'
import { type ElevenLabsState, initialElevenLabs } from '../elevenlabs/model.ts'
import { initialTwilio, type TwilioState } from '../twilio/model.ts'
import type { Carrier, Fault, Reaction } from './model.ts'

/** Everything the twins know; plain JSON, so that it can be written as it is. */
export interface State {
  /** Where the twins listened when this was written. */
  origin: string
  twilio: TwilioState
  elevenlabs: ElevenLabsState
  auth: AuthState
  faults: Fault[]
  /** How customers react to being called. */
  answers: Reaction[]
  /** As many rows as a page of a list has at most; null: as the vendors have it. */
  pageSize: number | null
  /** How often clients called each operation. */
  requests: Record<Carrier, Record<string, number>>
}

/** The state of twins that nobody has used yet. */
export function initialState(origin: string): State {
  return {
    origin,
    twilio: initialTwilio(),
    elevenlabs: initialElevenLabs(),
    auth: initialAuth(),
    faults: [],
    answers: [],
    pageSize: null,
    requests: { twilio: {}, elevenlabs: {} },
  }
}
