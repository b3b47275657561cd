import type { CarrierNumber, World } from './world.ts'

/** A text as Twilio has it. */
export interface CarrierText {
  sid: string
  from: string
  to: string
  body: string
  direction: string
  date_created: string
  /** In dollars, and negative; null as long as nobody knows. */
  price: string | null
}

/** A call as Twilio has it. */
interface CarrierCall {
  sid: string
  from: string
  to: string
  direction: string
  date_created: string
  price: string | null
}

/** A conversation as ElevenLabs has it. */
export interface CarrierConversation {
  conversation_id: string
  /** Of one in writing, the turn that it answers. */
  user_id: string | null
  metadata: { cost_fiat?: number | null; text_only?: boolean }
  transcript: { message: string }[]
  conversation_initiation_client_data: { dynamic_variables: Record<string, unknown> }
}

export interface CarrierState {
  twilio: {
    numbers: CarrierNumber[]
    messages: CarrierText[]
    calls: CarrierCall[]
    recordings: { sid: string; call_sid: string }[]
    recordingsRemovedOf: string[]
    services: { sid: string; phone_numbers: { sid: string }[] }[]
    spentBy: { numbers: number; messages: number; calls: number }
  }
  elevenlabs: {
    phoneNumbers: {
      phone_number: string
      phone_number_id: string
      assigned_agent: { agent_id: string } | null
      token_is_current: boolean
    }[]
    conversations: CarrierConversation[]
    conversationsRemoved: string[]
    spent: number
  }
  /** Webhooks that were answered 401 or 403. */
  refused: object[]
  /** When Twilio had ended to ask us about a text or call, by its SID, in ms. */
  asked: Record<string, number>
}

/** What the carriers hold to be true. */
export async function readCarriers(world: World): Promise<CarrierState> {
  return (await world.control('GET', 'state')) as CarrierState
}

/** The first moment, in ms, of the second that Twilio tells. */
export const secondOf = ({ date_created }: { date_created: string }) => Date.parse(date_created)

/** Before it asks anybody, Twilio may have a text or call for so long. */
const ON_ITS_WAY_MS = 3_000

/**
 * From when until when, in ms, we may have heard of a text or call: whoever had its number all that time has
 * it. It does not matter how long a busy machine takes for it.
 */
export function whenHeard(
  { asked }: Pick<CarrierState, 'asked'>,
  row: { sid: string; date_created: string },
): [from: number, until: number] {
  const from = secondOf(row)
  return [from, Math.max(from + ON_ITS_WAY_MS, asked[row.sid] ?? 0)]
}
