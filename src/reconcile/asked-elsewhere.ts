import type { AskedBeforeCalls } from '../carriers/ports/asked-before-calls.ts'
import { CarrierError } from '../carriers/ports/carrier-error.ts'
import type { NumberUrls } from '../phone-numbers/sync/number-urls.ts'
import type { KnownNumber } from './database-snapshot.ts'
import type { Finding } from './report.ts'

/**
 * Asks ElevenLabs of every agent that answers numbers whom it asks before its calls: a finding for each
 * where that is not this deployment, or where nobody hears of the calls that have ended. Of one that ElevenLabs does not tell of nothing is concluded; it
 * is `unconfirmed`, and counted in `unasked`.
 */
export function createFindAskedElsewhere(deps: {
  askedBeforeCalls: AskedBeforeCalls
  routes: Pick<NumberUrls, 'answering'>
  /** For numbers without an agent of their own. */
  agentId: string
}) {
  const { askedBeforeCalls, routes } = deps

  async function findingOf(
    agentId: string,
    first: KnownNumber,
    more: number,
  ): Promise<Finding | undefined> {
    const others = more > 0 ? `, and ${more} more numbers` : ''
    const finding = (name: Finding['class'], what: string): Finding => ({
      class: name,
      phoneNumber: first.phone_number,
      twilioSid: first.twilio_phone_sid,
      organizationId: first.organization_id,
      detail: `${what} (the agent of ${first.phone_number}${others})`,
      action: 'none',
    })
    try {
      const { who, what, unreported } = await askedBeforeCalls(agentId)
      const wrong = who === 'us' ? unreported : what
      return wrong === undefined ? undefined : finding('asked_elsewhere', wrong)
    } catch (error) {
      if (!(error instanceof CarrierError)) throw error
      const reason = `could not be found out (${error.message})`
      return finding(
        'unconfirmed',
        `whom ElevenLabs asks before its calls ${reason} for its agent ${agentId}`,
      )
    }
  }

  return async (
    numbers: KnownNumber[],
    signal: AbortSignal,
  ): Promise<{ findings: Finding[]; unasked: number }> => {
    const answered = numbers.filter(
      (number) => number.status !== 'purchasing' && routes.answering(number) === 'elevenlabs',
    )
    const byAgent = Map.groupBy(answered, ({ agent_id }) => agent_id ?? deps.agentId)
    const findings: Finding[] = []
    for (const [agentId, [first, ...more]] of byAgent) {
      const found = first && !signal.aborted && (await findingOf(agentId, first, more.length))
      if (found) findings.push(found)
    }
    const unasked = findings.filter((each) => each.class === 'unconfirmed').length
    return { findings, unasked }
  }
}
