import { z } from 'zod'
import { AppError } from '../../platform/errors.ts'
import type { Logger } from '../../platform/logger.ts'
import type { Database } from '../db.ts'
import { DatabaseUnfit } from '../errors.ts'
import { isOldNumbering, MADE_BEFORE } from '../migrate/old-numbering.ts'
import { type OwnSchema, readOwnSchema } from './own-schema.ts'

/** `schema` is absent where the functions are of a release that did not tell it yet. */
const Ping = z.object({ deployment: z.string(), schema: z.string().optional() })

const names = z.array(z.string())
const Compared = z.object({ unknown: names, pending: names, missing: names })

/** How many names a sentence may hold. */
const SHOWN = 3

/** @throws AppError `not_ready`, saying what is wrong and what to run; `database_unavailable` */
export type CheckSchema = (signal?: AbortSignal) => Promise<void>

/**
 * Compares the database with what this release needs, whose migrations are in `folder`. Cheap: only
 * after a migration is it compared anew. What is wrong is logged once, and when it changes.
 */
export function createCheckSchema(deps: { db: Database; folder: URL; log: Logger }): CheckSchema {
  const { db, log } = deps
  let own: Promise<OwnSchema> | undefined
  let compared: { schema: string; wrong: string | undefined } | undefined
  let reported: string | undefined

  async function compare(options: { signal?: AbortSignal }): Promise<string | undefined> {
    own ??= readOwnSchema(deps.folder)
    const { schema = '' } = await db.rpc('ping', {}, Ping, options)
    if (compared?.schema === schema) return compared.wrong
    const { migrations, functions } = await own
    const args = { migrations, functions }
    const wrong = describe(await db.rpc('compare_schema', args, Compared, options))
    compared = { schema, wrong }
    return wrong
  }

  return async (signal) => {
    let cause: DatabaseUnfit | undefined
    const wrong = await compare(signal ? { signal } : {}).catch((thrown: unknown) => {
      if (!(thrown instanceof DatabaseUnfit)) throw thrown
      cause = thrown
      return thrown.remedy
    })
    if (wrong && wrong !== reported) log.error(cause ? { err: cause.cause } : {}, wrong)
    if (!wrong && reported) log.info('the database serves this server now')
    reported = wrong
    if (wrong) throw new AppError('not_ready', wrong, { cause })
  }
}

function describe({ unknown, pending, missing }: z.infer<typeof Compared>): string | undefined {
  if (isOldNumbering(unknown)) return MADE_BEFORE
  if (unknown.length > 0) {
    return `The database is newer than this release: it has ${some(unknown)}. Run the newer release on this server`
  }
  if (pending.length > 0) {
    return `The database is older than this release: it lacks ${some(pending)}. Run npm run migrate of this release`
  }
  if (missing.length > 0) {
    return `The database does not have the functions of this release: it lacks ${some(missing)}. Run npm run migrate of the release that is to run`
  }
  return undefined
}

function some(list: string[]): string {
  const more = list.length > SHOWN ? `, and ${list.length - SHOWN} more` : ''
  return list.slice(0, SHOWN).join(', ') + more
}
