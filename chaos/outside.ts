import type { OutsideNumber, World } from './world.ts'

/** A text as Twilio has it. */
export interface OutsideText {
  sid: string
  from: string
  to: string
  body: string
  direction: string
  date_created: string
}

/** A call as Twilio has it. */
interface OutsideCall {
  sid: string
  from: string
  to: string
  direction: string
  date_created: string
}

export interface Outside {
  twilio: {
    numbers: OutsideNumber[]
    messages: OutsideText[]
    calls: OutsideCall[]
    recordings: { sid: string; call_sid: string }[]
    services: { sid: string; phone_numbers: { sid: string }[] }[]
    spentBy: { numbers: number }
  }
  elevenlabs: {
    phoneNumbers: {
      phone_number: string
      phone_number_id: string
      assigned_agent: { agent_id: string } | null
      token_is_current: boolean
    }[]
  }
}

/** What the carriers hold to be true. */
export async function lookOutside(world: World): Promise<Outside> {
  return (await world.control('GET', 'state')) as Outside
}

/** The first moment, in ms, of the second that Twilio tells. */
export const secondOf = ({ date_created }: { date_created: string }) => Date.parse(date_created)
