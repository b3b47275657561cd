import type { AskedBeforeCalls } from '../../carriers/ports/asked-before-calls.ts'
import { CarrierError } from '../../carriers/ports/carrier-error.ts'
import type { QuestionStep, ReportStep } from './step.ts'

/**
 * Whom ElevenLabs asks before a call to the agent, and whom it reports the call to: asked there, now. Never
 * fails because of it.
 */
export async function agentSteps(
  agentId: string,
  askedBeforeCalls: AskedBeforeCalls,
): Promise<{ question: QuestionStep; report: ReportStep }> {
  try {
    const { who, what, unreported } = await askedBeforeCalls(agentId)
    return {
      question: { step: 'question', result: who, because: `${AS_IT_IS}, ${what}.${remedyOf(who)}` },
      report: await reportStep(unreported),
    }
  } catch (error) {
    const unknown = { result: 'unknown', because: silenceOf(error) } as const
    return { question: { step: 'question', ...unknown }, report: { step: 'report', ...unknown } }
  }
}

/**
 * The same, where somebody else answers at PUBLIC_URL. `isCertain`: there is no other address of ours that ElevenLabs
 * may have.
 */
export function misled(
  { question, report }: Awaited<ReturnType<typeof agentSteps>>,
  { elsewhere, isCertain }: { elsewhere: string | undefined; isCertain: boolean },
): Awaited<ReturnType<typeof agentSteps>> {
  if (elsewhere === undefined) return { question, report }
  const asked = ['us', 'refused'].includes(question.result)
  return {
    question: asked
      ? {
          ...question,
          result: isCertain ? 'other' : 'unknown',
          because: `${question.because} ${elsewhere}`,
        }
      : question,
    report:
      report.result === 'us'
        ? {
            ...report,
            result: isCertain ? 'lost' : 'unknown',
            because: `${report.because} ${elsewhere}`,
          }
        : report,
  }
}

const AS_IT_IS = 'As ElevenLabs is set up now'
const REMEDY = 'npm run setup:elevenlabs puts it right, or says what is in its way.'

/** Nothing where it is right. */
const remedyOf = (who: QuestionStep['result']) => (who === 'us' ? '' : ` ${REMEDY}`)

async function reportStep(unreported: () => Promise<string | undefined>): Promise<ReportStep> {
  const step = 'report'
  try {
    const lost = await unreported()
    return lost === undefined
      ? { step, result: 'us', because: `${AS_IT_IS}, it reports finished calls to us.` }
      : { step, result: 'lost', because: `${AS_IT_IS}, ${lost}. ${REMEDY}` }
  } catch (error) {
    return { step, result: 'unknown', because: silenceOf(error) }
  }
}

function silenceOf(error: unknown): string {
  if (!(error instanceof CarrierError)) throw error
  return `ElevenLabs did not tell: ${error.message}`
}
