import type { IncomingMessage, ServerResponse } from 'node:http'
import { ofTooMuchAtOnce, type ProblemCode, problemStatus } from '../../platform/errors.ts'
import type { Logger } from '../../platform/logger.ts'
import { addressOf } from '../input/sender-address.ts'

/** How often one reason is told of one address. */
const EVERY_MS = 1_000

const HUNG_UP = 'hung_up'

/** Reasons that are no fault of the server, though the status may say so. */
const ofAWorkingServer = new Set<string | undefined>([...ofTooMuchAtOnce, HUNG_UP])

/** Refusals of these statuses are the sender's doing, or the bounds'; all others are told each. */
const isRefusal = (status: number, reason: string | undefined) =>
  (status >= 400 && status < 500) || ofAWorkingServer.has(reason)

/** Whose request it was, as far as anybody read it. */
export type Asking = IncomingMessage | { ip: string | undefined }

/** An answer, with what its problem was, if it was one. */
export type Answering = Pick<ServerResponse, 'statusCode'> &
  Partial<Pick<ServerResponse, 'writableEnded' | 'destroyed'>> & {
    /** `hasNoEnd`: of a stream, which ends when its reader goes. */
    locals?: { problem?: ProblemCode; hasNoEnd?: true }
  }

export type RefusalLog = ReturnType<typeof createRefusalLog>

/** Why somebody did not get what was asked for, if so: the problem, or that nobody waited for the answer. */
export function reasonOf({ locals, writableEnded, destroyed }: Answering): string | undefined {
  const isLeft = destroyed && !writableEnded && !locals?.hasNoEnd
  return locals?.problem ?? (isLeft ? HUNG_UP : undefined)
}

/**
 * Keeps a flood out of the log: of one address and one reason a line a second, which says how many there
 * were since the last (`refused`).
 */
export function createRefusalLog(
  log: Pick<Logger, 'warn'>,
  now: () => number = () => performance.now(),
) {
  let reported = new Map<string, number>()
  let unreported = new Map<string, number>()
  let since = now()

  /** Whether this answer is to be told. */
  function isReported(req: Asking, res: Answering): boolean {
    const key = keyOf(req, res)
    if (key === undefined) return true
    if (now() - since >= EVERY_MS) {
      unreported = reported
      reported = new Map()
      since = now()
    }
    const times = (reported.get(key) ?? 0) + 1
    reported.set(key, times)
    return times === 1
  }

  /** How many like it the second before had that were not told; undefined for none. */
  function notReported(req: Asking, res: Answering): number | undefined {
    const times = unreported.get(keyOf(req, res) ?? '') ?? 0
    return times > 1 ? times - 1 : undefined
  }

  return {
    isReported,
    notReported,
    /** Tells of what could not be read as a request by the id that it was answered with, and by no byte of it. */
    unparsed(ip: string | undefined, id: string, problem: ProblemCode): void {
      const statusCode = problemStatus[problem]
      const refusal = [{ ip }, { statusCode, locals: { problem } }] as const
      if (!isReported(...refusal)) return
      const notLogged = notReported(...refusal)
      log.warn({ req: { id }, res: { statusCode }, problem, notLogged }, 'request not readable')
    },
  }
}

function keyOf(req: Asking, res: Answering): string | undefined {
  const reason = reasonOf(res)
  return isRefusal(res.statusCode, reason)
    ? `${addressOf(req as { ip?: string })} ${res.statusCode} ${reason}`
    : undefined
}
