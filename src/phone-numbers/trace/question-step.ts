import type { AskedBeforeCalls } from '../../carriers/ports/asked-before-calls.ts'
import { CarrierError } from '../../carriers/ports/carrier-error.ts'
import type { QuestionStep } from './step.ts'

/** Whom ElevenLabs asks before a call to the agent: asked there, now. Never fails because of it. */
export async function questionStep(
  agentId: string,
  askedBeforeCalls: AskedBeforeCalls,
): Promise<QuestionStep> {
  const step = 'question'
  try {
    const { who, what } = await askedBeforeCalls(agentId)
    return { step, result: who, because: `As ElevenLabs is set up now, ${what}.` }
  } catch (error) {
    if (!(error instanceof CarrierError)) throw error
    return { step, result: 'unknown', because: `ElevenLabs did not tell: ${error.message}` }
  }
}
