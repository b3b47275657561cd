import { DatabaseUnfit } from '../database/errors.ts'
import type { CheckSchema } from '../database/schema/check-schema.ts'
import type { AlertDirectly, Trouble } from '../notifications/direct-alert.ts'
import { AppError, isNotReady, toError } from '../platform/errors.ts'

/** How long an outage, or a release that does not fit, lasts before a person is told: longer than an update. */
const PATIENCE_MS = 300_000

/**
 * One look at the database. Who is not let in is told at once, what else is wrong after five minutes:
 * directly, because the database has no place for a notification then. `tell` is undefined where there
 * is nobody to tell; `log` has it all the same.
 * @throws AppError `database_unavailable`
 */
export function createDatabaseWatch(deps: {
  checkSchema: CheckSchema
  report: AlertDirectly | undefined
  now?: () => number
}): (signal: AbortSignal) => Promise<void> {
  const { now = () => performance.now() } = deps
  let wrongSince: number | undefined

  return async (signal) => {
    const thrown = await deps.checkSchema(signal).then(
      () => undefined,
      (error: unknown) => toError(error),
    )
    // A server that stops breaks its questions off.
    if (signal.aborted) return
    wrongSince = thrown && (wrongSince ?? now())
    const isDue = !thrown || isRefused(thrown) || now() - (wrongSince ?? now()) >= PATIENCE_MS
    if (isDue) await deps.report?.(thrown && troubleOf(thrown))
    // What does not fit has been told of by what found it out.
    if (thrown && !isNotReady(thrown)) throw thrown
  }
}

function isRefused({ cause }: Error): boolean {
  return cause instanceof DatabaseUnfit && cause.isAccess
}

function troubleOf(thrown: Error): Trouble {
  const what =
    thrown instanceof AppError && isNotReady(thrown)
      ? thrown.message
      : `The database has not answered for five minutes: ${toError(thrown.cause ?? thrown).message}.`
  return {
    kind: isNotReady(thrown) ? thrown.message : 'outage',
    text: `${what}\nUntil then calls are answered in nobody's name or by an apology, and texts wait at Twilio.`,
  }
}
