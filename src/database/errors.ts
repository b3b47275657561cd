import { AppError, type ProblemCode } from '../platform/errors.ts'

/** The SQLSTATEs our own functions raise, each with the problem it is to the caller. */
const ownCodes: Record<string, ProblemCode> = {
  OL001: 'organization_not_found',
  OL002: 'slug_taken',
  OL003: 'organization_limit_reached',
  OL004: 'phone_number_not_found',
  OL006: 'lease_lost',
  OL008: 'order_not_found',
  OL009: 'wrong_state',
  OL010: 'notification_not_found',
  OL011: 'elevenlabs_id_mismatch',
  OL012: 'busy',
  OL013: 'idempotency_key_reused',
  OL014: 'idempotency_in_progress',
  OL015: 'role_required',
  OL016: 'organization_suspended',
  OL017: 'import_pending',
  OL018: 'no_phone_number',
  OL019: 'call_to_self',
  OL020: 'member_not_found',
  OL030: 'number_exists',
  OL031: 'number_held',
  OL032: 'number_not_owned',
  OL040: 'public_url_changed',
  OL041: 'report_not_found',
  OL050: 'number_limit_reached',
  OL060: 'api_key_not_found',
  OL070: 'agent_not_found',
  OL071: 'organization_required',
  OL072: 'agent_has_number',
  OL073: 'agent_limit_reached',
  OL090: 'contact_not_found',
  OL091: 'contact_exists',
  OL092: 'contact_merged',
  OL093: 'call_not_found',
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
}

/**
 * The database answers, and is not the one this release needs: nobody has migrated it, or another
 * release has. To whoever asked for something else it is a database that is not there.
 */
export class SchemaMismatch extends AppError {
  constructor(detail: string, cause: Error) {
    super('database_unavailable', detail, { cause })
  }
}

/** SQLSTATE classes and PostgREST codes that mean "not now": connection, resources, shutdown, time-out, a standby. */
const notNow = /^(08|53|57|40|25006|PGRST00[0-3])/

/**
 * The one place where the database's errors become ours. Status 0: no answer at all. The hint of a
 * refusal of ours, where it has one, is in how many seconds it is worth asking again.
 */
export function fromDatabaseError(
  error: { code?: string; message: string; hint?: string | null },
  status: number,
): AppError {
  const own = ownCodes[error.code ?? '']
  if (own) {
    return new AppError(
      own,
      error.message,
      error.hint ? { retryAfterSeconds: Number(error.hint) } : {},
    )
  }
  const cause = new Error(`${error.code || 'no code'} (status ${status}): ${error.message}`)
  const mismatch = schemaMismatch(error.code, error.message)
  if (mismatch) return new SchemaMismatch(mismatch, cause)
  if (status === 0 || status >= 502 || notNow.test(error.code ?? '')) {
    return new AppError(
      'database_unavailable',
      'The database cannot be reached at the moment: try again in a few seconds',
      { cause },
    )
  }
  return new AppError('internal_error', 'The database refused a request of ours', { cause })
}

/**
 * A function that is not there, as PostgREST (PGRST202) and PostgreSQL (42883) tell it; or not even
 * the role that `migrate` makes, without which nobody gets in.
 */
function schemaMismatch(code: string | undefined, message: string): string | undefined {
  const [, name] = /function public\.(\w+)/.exec(message) ?? []
  if (name && (code === 'PGRST202' || code === '42883')) {
    return `The database does not have the function ${name} as this release calls it: run npm run migrate of the release that is to run`
  }
  return /role "service_role" does not exist/.test(message)
    ? 'The database is empty: run npm run migrate'
    : undefined
}
