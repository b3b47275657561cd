import type { ImportedNumber, VoiceAgents } from '../../carriers/ports/voice-agents.ts'
import type { NumberUrls } from '../sync/number-urls.ts'
import { type LeasedOrder, phoneOf } from './order.ts'

/** The import that a number may have already, asked for while the number was bought. */
export interface EarlyImport {
  phoneNumber: string
  /** Never fails. Undefined: the question did, and is to be asked again. */
  answer: Promise<{ known: ImportedNumber | undefined } | undefined>
}

interface EarlyDeps {
  voiceAgents: Pick<VoiceAgents, 'findNumber'>
  routes: Pick<NumberUrls, 'voiceOf'>
  manualImport: boolean
}

/**
 * Asks ElevenLabs for the import of the number that the order buys, so that purchase and question take as
 * long as one of them. What it finds is as true a moment later, because no other worker has the order.
 * A failure is nobody's: the step that imports asks again, and knows what a refusal means.
 * Undefined where that step will ask nothing.
 */
export function findImportEarly(order: LeasedOrder, deps: EarlyDeps): EarlyImport | undefined {
  const number = phoneOf(order)
  if (deps.manualImport || deps.routes.voiceOf(number) === 'server') return undefined
  const { phone_number: phoneNumber } = number
  const answer = deps.voiceAgents.findNumber(phoneNumber).then(
    (known) => ({ known }),
    () => undefined,
  )
  return { phoneNumber, answer }
}
