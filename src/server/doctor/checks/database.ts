import type { CheckSchema } from '../../../database/schema/check-schema.ts'
import { AppError, toError } from '../../../platform/errors.ts'
import { type Check, error, ok } from '../check.ts'

/** Whether the database answers, and is of this release. `canMigrate`: the settings let `npm run migrate` reach it. */
export function createDatabaseCheck(deps: {
  checkSchema: CheckSchema
  canMigrate: boolean
}): Check {
  return async (signal) => {
    try {
      await deps.checkSchema(signal)
      return ok('The database answers, and has the schema of this release.')
    } catch (thrown) {
      if (!(thrown instanceof AppError)) throw thrown
      if (thrown.code === 'not_ready') return unfit(thrown.message, deps.canMigrate)
      return error(
        `The database does not answer: ${toError(thrown.cause ?? thrown).message}.`,
        'See that it runs, and that this machine reaches it: DATABASE_URL, or SUPABASE_URL.',
      )
    }
  }
}

/** What is wrong with it comes in sentences of which the last says what to do. */
function unfit(words: string, canMigrate: boolean) {
  const [seen = '', ...rest] = words.split(/(?<=[^.]\.) (?=[A-Z])/)
  const remedy = rest.join(' ') || 'See docs/operations.md, "Connecting to Supabase".'
  const isOlder = /npm run migrate/.test(remedy) && !/Run the newer release/.test(remedy)
  return error(seen, `${remedy.replace(/\.$/, '')}.`, isOlder && canMigrate ? 'migrate' : undefined)
}
