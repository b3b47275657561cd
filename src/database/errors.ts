import { z } from 'zod'
import { AppError, type ProblemCode } from '../platform/errors.ts'
import { parseJson } from '../platform/parse-json.ts'
import { truncate } from '../platform/truncate.ts'
import { connectionProblem } from './connection-problem.ts'
import { refusalWords } from './refusals/refusals.ts'

/** The SQLSTATEs our own functions raise, each with the problem it is to the caller. */
const ownCodes: Record<string, ProblemCode> = {
  OL001: 'organization_not_found',
  OL002: 'slug_taken',
  OL003: 'organization_limit_reached',
  OL004: 'phone_number_not_found',
  OL005: 'already_signed_up',
  OL006: 'lease_lost',
  OL007: 'precondition_failed',
  OL008: 'order_not_found',
  OL009: 'wrong_state',
  OL010: 'notification_not_found',
  OL011: 'elevenlabs_id_mismatch',
  OL012: 'busy',
  OL013: 'idempotency_key_reused',
  OL014: 'idempotency_in_progress',
  OL025: 'answer_lost',
  OL015: 'role_required',
  OL016: 'organization_suspended',
  OL017: 'import_pending',
  OL018: 'no_phone_number',
  OL019: 'call_to_self',
  OL020: 'member_not_found',
  OL021: 'invite_not_found',
  OL022: 'invite_token_wrong',
  OL030: 'number_exists',
  OL031: 'number_held',
  OL032: 'number_not_owned',
  OL040: 'public_url_changed',
  OL041: 'report_not_found',
  OL050: 'number_limit_reached',
  OL051: 'new_number_limit_reached',
  OL052: 'sign_ups_reached',
  OL060: 'api_key_not_found',
  OL061: 'validation_failed',
  OL070: 'agent_not_found',
  OL071: 'organization_required',
  OL072: 'agent_has_number',
  OL073: 'agent_limit_reached',
  OL074: 'daily_agents_reached',
  OL090: 'contact_not_found',
  OL091: 'contact_exists',
  OL092: 'contact_merged',
  OL093: 'call_not_found',
  OL094: 'contact_impossible',
  OL096: 'row_limit_reached',
  OL097: 'daily_changes_reached',
  OL080: 'no_sms_number',
  OL081: 'sms_not_ready',
  OL082: 'message_to_self',
  OL083: 'opted_out',
  OL084: 'messaging_service_taken',
  OL085: 'message_not_found',
  OL110: 'country_not_allowed',
  OL111: 'do_not_call',
  OL112: 'too_many_calls',
  OL113: 'daily_calls_reached',
  OL114: 'daily_minutes_reached',
  OL115: 'daily_spend_reached',
  OL116: 'customer_calls_reached',
  OL117: 'customer_texts_reached',
  OL118: 'texts_too_fast',
  OL119: 'daily_texts_reached',
  OL120: 'account_spend_reached',
  OL121: 'deployment_spend_reached',
  OL122: 'fallback_calls_reached',
  OL123: 'from_unfit',
  OL124: 'repeated_too_soon',
  OL130: 'endpoint_not_found',
  OL131: 'webhook_endpoint_paused',
  OL132: 'delivery_not_found',
  OL133: 'cursor_outdated',
  OL140: 'recording_not_found',
  OL141: 'recording_not_ready',
  OL142: 'recording_gone',
  OL143: 'media_not_found',
  OL150: 'routing_unfit',
  OL152: 'transfer_unfit',
  OL153: 'needs_own_agent',
}

const TRY_AGAIN = 'The database cannot be reached at the moment: try again in a few seconds'
const TOO_LATE = 'The database has not answered in time: try again in a few seconds'

/** What a door says of an answer that did not come in time, or that nobody waits for any more. */
const noAnswerInTime = /no answer came in time|TimeoutError|AbortError|Query read timeout/

/**
 * The database does not serve this server until a person has changed something; `remedy` says what, to
 * those who run it. To whoever asked for something else it is a database that is not there.
 */
export class DatabaseUnfit extends AppError {
  readonly remedy: string
  /** Whether we are not let in; else what we find there does not fit. */
  readonly isAccess: boolean

  constructor(remedy: string, cause: Error, { isAccess }: { isAccess: boolean }) {
    super('database_unavailable', isAccess ? TRY_AGAIN : remedy, { cause })
    this.remedy = remedy
    this.isAccess = isAccess
  }
}

/**
 * SQLSTATEs and PostgREST codes that mean "not now": connection, resources, shutdown, time-out, a
 * lock, a standby; a schema cache that is not read yet; a key whose moment has not come, by a clock.
 */
const notNow = /^(08|53|57|40|25006|55P03|PGRST00[0-3]|PGRST303)/

/** What a pooler says that has no connection left; with SQLSTATE XX000. */
const noConnectionLeft = /max clients|MaxClientsInSessionMode|no more connections allowed/i

/** The gateway's answers that pass: quota, time-out, too many requests. */
const passing = [402, 408, 429]

const text = z.string().catch('')
/** None of a refusal that needs none. */
const Facts = z.record(z.string(), z.unknown()).catch({})
const Reported = z.object({ code: text, message: text, details: text, hint: text })

/** What an error says of itself; whatever stands in between may answer any JSON, which is its message then. */
function reported(error: unknown): z.infer<typeof Reported> {
  const said = Reported.catch({ code: '', message: '', details: '', hint: '' }).parse(error)
  return { ...said, message: said.message || String(JSON.stringify(error)) }
}

/**
 * The one place where the database's errors become ours. Status 0: no answer at all. The message of a
 * refusal of ours is its reason, its detail the facts (refusals/), and its hint, where it has one, in how
 * many seconds it is worth asking again.
 */
export function fromDatabaseError(error: unknown, status: number): AppError {
  const { code, message, details, hint } = reported(error)
  const own = ownCodes[code]
  if (own) {
    const facts = Facts.parse(parseJson(details))
    const { detail, forOperators } = refusalWords(message, facts)
    return new AppError(own, detail, {
      ...(forOperators && { forOperators }),
      ...(hint && { retryAfterSeconds: Number(hint) }),
      ...(own === 'already_signed_up' && { organizationId: String(facts.organization_id) }),
      ...(own === 'repeated_too_soon' && {
        first: { id: String(facts.id), status: String(facts.status) },
      }),
    })
  }
  // Only without a connection: what a function raises has the same codes.
  const problem = status === 503 ? connectionProblem([code, details], message) : undefined
  const what = `${code || 'no code'} (status ${status}): ${truncate(message, LONGEST)}`
  const cause = new Error(problem ? `${what}. ${problem.remedy}` : what)
  const mismatch = schemaMismatch(code, message)
  if (mismatch) return new DatabaseUnfit(mismatch, cause, { isAccess: false })
  const remedy = refusal(code, status) ?? (problem?.isLasting ? problem.remedy : undefined)
  if (remedy) return new DatabaseUnfit(remedy, cause, { isAccess: true })
  const isNotNow =
    status === 0 ||
    status >= 502 ||
    passing.includes(status) ||
    // Whatever stands in between answers for the database: a gateway's words, a page of HTML.
    !isOfDatabase(code) ||
    notNow.test(code) ||
    noConnectionLeft.test(message)
  const isTooLate = code === QUERY_CANCELED || noAnswerInTime.test(message)
  return isNotNow
    ? new AppError('database_unavailable', isTooLate ? TOO_LATE : TRY_AGAIN, { cause })
    : new AppError('internal_error', 'The database refused a request of ours', { cause })
}

/** Of a statement whose time was up. */
const QUERY_CANCELED = '57014'

/** A page of HTML is longer than what it says. */
const LONGEST = 500

/** PostgreSQL's errors have an SQLSTATE, PostgREST's a code of its own. */
function isOfDatabase(code: string): boolean {
  return /^(PGRST\w+|[0-9A-Z]{5})$/.test(code)
}

/**
 * What to do where the gateway, or PostgREST, does not let this server in: always with 401; 403 is
 * PostgreSQL's word, too, about a right that is missing.
 */
function refusal(code: string, status: number): string | undefined {
  const isRefused =
    (status === 401 && code !== 'PGRST303') || (status === 403 && !isOfDatabase(code))
  if (isRefused) {
    return `Supabase refuses this server (status ${status}): put a secret key (sb_secret_…, not a publishable one) of the project of SUPABASE_URL into SUPABASE_SECRET_KEY (Supabase > Project Settings > API keys), and start this server anew; where the key is right, see whether the project restricts networks`
  }
  return code === 'PGRST106'
    ? 'Supabase does not serve the schema that the functions are in: add public to the exposed schemas (Supabase > Project Settings > Data API)'
    : undefined
}

/**
 * A function that is not there, as PostgREST (PGRST202) and PostgreSQL (42883) tell it; or not even
 * the role that `migrate` makes, without which nobody gets in.
 */
function schemaMismatch(code: string, message: string): string | undefined {
  const [, name] = /(?:function|the) public\.(\w+)/.exec(message) ?? []
  // Older releases of PostgREST say it in other words; the code alone tells enough.
  if (code === 'PGRST202' || (name && code === '42883')) {
    return `The database does not have ${name ? `the function ${name}` : 'a function'} as this release calls it: run npm run migrate of the release that is to run`
  }
  return /role "service_role" does not exist/.test(message)
    ? 'The database is empty: run npm run migrate'
    : undefined
}
