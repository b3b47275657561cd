import { CarrierError } from '../../carriers/ports/carrier-error.ts'
import { DatabaseUnfit } from '../../database/errors.ts'
import { TimeUp, withinDeadline } from '../../platform/deadline.ts'
import { AppError, toError } from '../../platform/errors.ts'
import type { Logger } from '../../platform/logger.ts'
import {
  CHECKS,
  type Check,
  type CheckName,
  type CheckResult,
  error,
  type Finding,
  warning,
} from './check.ts'

export type RunChecks = () => Promise<CheckResult[]>

/**
 * Runs every check, all at once and each within `deadlineMs`, so that a carrier that is away delays the
 * others not at all, and all of them no longer than that. Never fails: what could not be seen is said so.
 * `scrub` takes secrets out of what others have said.
 */
export function createRunChecks(deps: {
  checks: Partial<Record<CheckName, Check>>
  deadlineMs: number
  scrub: (text: string) => string
  log: Logger
}): RunChecks {
  const run = async (check: CheckName): Promise<CheckResult[]> => {
    const runCheck = deps.checks[check]
    if (!runCheck) return []
    const found = await withinDeadline(deps.deadlineMs, runCheck).catch((thrown: unknown) => {
      if (!isForeseen(thrown)) deps.log.error({ err: toError(thrown), check }, 'check failed')
      return whyUnseen(thrown)
    })
    return [found].flat().map((finding) => ({
      check,
      outcome: finding.outcome,
      seen: deps.scrub(finding.seen),
      remedy: 'remedy' in finding ? deps.scrub(finding.remedy) : null,
      fix: ('fix' in finding && finding.fix) || null,
    }))
  }
  return async () => (await Promise.all(CHECKS.map(run))).flat()
}

/** The worst of several outcomes. */
export function worstOf(results: Pick<CheckResult, 'outcome'>[]): CheckResult['outcome'] {
  const outcomes = new Set(results.map(({ outcome }) => outcome))
  return (['error', 'warning'] as const).find((each) => outcomes.has(each)) ?? 'ok'
}

function whyUnseen(thrown: unknown): Finding {
  if (thrown instanceof CarrierError) return ofCarrier(thrown)
  if (thrown instanceof TimeUp) {
    return error(
      `There was ${thrown.message}.`,
      'See whether this machine reaches the network, and look at the status page of whom the check asks.',
    )
  }
  // The check of the database says what is wrong with it.
  if (isOfDatabase(thrown)) {
    return warning('Not checked, because the database does not serve.', 'Mend the database first.')
  }
  return error(
    'The check itself failed.',
    'Report it. A server that answers GET /api/admin/health has the reason in its log.',
  )
}

function ofCarrier({ carrier, kind, message }: CarrierError): Finding {
  const of = {
    twilio: {
      name: 'Twilio',
      keys: 'TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN',
      where: 'Twilio Console > Account Info',
    },
    elevenlabs: {
      name: 'ElevenLabs',
      keys: 'ELEVENLABS_API_KEY',
      where: 'ElevenLabs > Developers > API keys',
    },
  }[carrier]
  const seen = `${message}.`
  if (kind === 'account')
    return error(seen, `Correct ${of.keys} (${of.where}), or lift the account's suspension there.`)
  if (kind === 'rate_limited')
    return warning(
      seen,
      'Ask again in a minute: the account sends more requests than it may at once.',
    )
  if (kind === 'unreachable' || kind === 'bad_reply')
    return error(
      seen,
      `See whether this machine reaches ${of.name}, and look at its status page. A BASE_URL that is set must lead to it.`,
    )
  if (kind === 'not_found')
    return error(seen, 'Correct the id that the settings give: nothing is there.')
  return error(seen, `See whether the key may do this at ${of.name} (${of.where}).`)
}

/** Whether it says by itself what is wrong outside. */
const isForeseen = (thrown: unknown) =>
  thrown instanceof CarrierError || thrown instanceof TimeUp || isOfDatabase(thrown)

function isOfDatabase(thrown: unknown): boolean {
  return (
    thrown instanceof DatabaseUnfit ||
    (thrown instanceof AppError && ['database_unavailable', 'not_ready'].includes(thrown.code))
  )
}
