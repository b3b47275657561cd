import type { World } from '../core/world.ts'
import { countryOfNumber } from '../pricing/rates.ts'
import { serviceOf } from '../services/find.ts'
import type { MessageRow } from '../twilio/model.ts'

/** Twilio's words for errors of delivery. */
const messages: Record<number, string> = {
  30001: 'Queue overflow',
  30003: 'Unreachable destination handset',
  30004: 'Message blocked',
  30005: 'Unknown destination handset',
  30006: 'Landline or unreachable carrier',
  30007: 'Message filtered',
  30008: 'Unknown error',
  30032: 'Toll-Free Number Has Not Been Verified',
  30034: 'US A2P 10DLC - Message from an Unregistered Number',
  30035: 'US A2P 10DLC - Message from a Number still being configured',
}

export interface Outcome {
  status: 'delivered' | 'undelivered' | 'failed'
  errorCode: number | null
  errorMessage: string | null
}

/**
 * How a message ends: with 30034 from an unregistered US number where that counts, as arranged for
 * its recipient, else delivered.
 */
export function outcomeOf(world: World, { from, to }: MessageRow): Outcome {
  const arranged = world.state.twilio.deliveries.find((each) => each.number === to)
  if (needsRegistration(world, from)) return failed('undelivered', 30034)
  if (arranged !== undefined) return failed(arranged.status, arranged.errorCode)
  return { status: 'delivered', errorCode: null, errorMessage: null }
}

/** An error of delivery, in words too as far as the twin has them. */
function failed(status: 'undelivered' | 'failed', errorCode: number): Outcome {
  return { status, errorCode, errorMessage: messages[errorCode] ?? null }
}

/** A US number may text when it is registered itself, or in a service with a campaign. */
function needsRegistration(world: World, number: string): boolean {
  const { requireA2p, registered } = world.state.twilio
  if (!requireA2p || countryOfNumber(number) !== 'US') return false
  const campaign = serviceOf(world, number)?.row.us_app_to_person_registered ?? false
  return !(registered.includes(number) || campaign)
}
