import type { AskedBeforeCalls } from '../../carriers/ports/asked-before-calls.ts'
import { CarrierError } from '../../carriers/ports/carrier-error.ts'
import type { NumberUrls } from '../../phone-numbers/sync/number-urls.ts'
import type { KnownNumber } from '../database-snapshot.ts'
import type { Finding } from '../report.ts'

/**
 * Asks ElevenLabs of every agent that answers numbers whom it asks before its calls, and reports them to: a
 * finding for each where that is not this deployment. Where our own route answers, it tells the agent itself
 * for whom, and only the reports come from ElevenLabs. Of one that ElevenLabs does not tell of nothing is
 * concluded; it is `unconfirmed`, and counted in `unanswered`. Those that the signal keeps from being asked are
 * counted in `unasked`.
 */
export function createFindAskedElsewhere(deps: {
  askedBeforeCalls: AskedBeforeCalls
  routes: Pick<NumberUrls, 'answering'>
  /** For numbers without an agent of their own. */
  agentId: string
}) {
  const { askedBeforeCalls, routes } = deps

  async function findingOf(agentId: string, numbers: KnownNumber[]): Promise<Finding | undefined> {
    const [first, ...more] = numbers
    if (!first) return undefined
    const others = more.length > 0 ? `, and ${more.length} more numbers` : ''
    const isAsked = numbers.some((number) => routes.answering(number) === 'elevenlabs')
    const finding = (name: Finding['class'], what: string): Finding => ({
      class: name,
      phoneNumber: first.phone_number,
      twilioSid: first.twilio_phone_sid,
      organizationId: first.organization_id,
      agentId,
      detail: `${what} (the agent of ${first.phone_number}${others})`,
      action: 'none',
    })
    try {
      const { who, what, unreported } = await askedBeforeCalls(agentId)
      const wrong = isAsked && who !== 'us' ? what : await unreported()
      return wrong === undefined ? undefined : finding('asked_elsewhere', wrong)
    } catch (error) {
      if (!(error instanceof CarrierError)) throw error
      const reason = `could not be found out (${error.message})`
      return finding(
        'unconfirmed',
        `whom ElevenLabs asks before calls to its agent ${agentId}, or reports them to, ${reason}`,
      )
    }
  }

  return async (
    numbers: KnownNumber[],
    signal: AbortSignal,
  ): Promise<{ findings: Finding[]; unasked: number; unanswered: number }> => {
    const answered = numbers.filter(
      (number) => number.status !== 'purchasing' && routes.answering(number) !== 'nobody',
    )
    const byAgent = Map.groupBy(answered, ({ agent_id }) => agent_id ?? deps.agentId)
    const findings: Finding[] = []
    let asked = 0
    for (const [agentId, those] of byAgent) {
      if (signal.aborted) break
      asked += 1
      const found = await findingOf(agentId, those)
      if (found) findings.push(found)
    }
    const unanswered = findings.filter((each) => each.class === 'unconfirmed').length
    return { findings, unasked: byAgent.size - asked, unanswered }
  }
}
