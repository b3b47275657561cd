import type { AskedBeforeCalls } from '../carriers/ports/asked-before-calls.ts'
import { CarrierError } from '../carriers/ports/carrier-error.ts'
import type { Routes } from '../phone-numbers/sync/number-urls.ts'
import type { Logger } from '../platform/logger.ts'
import type { KnownNumber } from './database-snapshot.ts'
import type { Finding } from './report.ts'

/**
 * Asks ElevenLabs of every agent that answers numbers whom it asks before its calls: a finding for each
 * where that is not this deployment. One that ElevenLabs cannot tell of is logged, and no finding.
 */
export function createFindAskedElsewhere(deps: {
  askedBeforeCalls: AskedBeforeCalls
  routes: Pick<Routes, 'answering'>
  /** For numbers without an agent of their own. */
  agentId: string
  log: Logger
}) {
  const { askedBeforeCalls, routes, log } = deps

  async function findingOf(agentId: string, numbers: KnownNumber[]): Promise<Finding[]> {
    const [first] = numbers
    if (!first) return []
    try {
      const { who, what } = await askedBeforeCalls(agentId)
      if (who === 'us') return []
      const others = numbers.length > 1 ? `, and ${numbers.length - 1} more numbers` : ''
      return [
        {
          class: 'asked_elsewhere',
          phoneNumber: first.phone_number,
          twilioSid: first.twilio_phone_sid,
          organizationId: first.organization_id,
          detail: `${what}, which answers ${first.phone_number}${others}`,
          action: 'none',
        },
      ]
    } catch (error) {
      if (!(error instanceof CarrierError)) throw error
      log.warn({ err: error, agentId }, 'whom ElevenLabs asks before its calls is not known')
      return []
    }
  }

  return async (numbers: KnownNumber[], signal: AbortSignal): Promise<Finding[]> => {
    const answered = numbers.filter(
      (number) => number.status !== 'purchasing' && routes.answering(number) === 'elevenlabs',
    )
    const byAgent = Map.groupBy(answered, ({ agent_id }) => agent_id ?? deps.agentId)
    const findings: Finding[] = []
    for (const [agentId, theirs] of byAgent) {
      if (!signal.aborted) findings.push(...(await findingOf(agentId, theirs)))
    }
    return findings
  }
}
