import { AppError, type Issue, type ProblemCode } from '../../platform/errors.ts'
import { truncate } from '../../platform/truncate.ts'

/** So many of the things that are wrong are named, and so many characters of them in all. */
const MOST_ISSUES = 20
const MOST_CHARACTERS = 1_500

/** Characters of where one is, and of what it is. */
const MOST_PATH = 100
const MOST_MESSAGE = 1_000

/**
 * The refusal of a request, with all that is wrong with it where that is not much: however many things
 * are wrong, its answer is no longer than a page.
 */
export function refusalOf(code: ProblemCode, all: Issue[]): AppError {
  const issues: Issue[] = []
  let left = MOST_CHARACTERS
  for (const issue of all.slice(0, MOST_ISSUES)) {
    const path = truncate(issue.path, MOST_PATH)
    const message = truncate(issue.message, MOST_MESSAGE)
    left -= path.length + message.length
    if (left < 0 && issues.length > 0) break
    issues.push({ path, message })
  }
  const named = issues.map(({ path, message }) => `${path}: ${message}`).join('; ')
  const more = all.length - issues.length
  return new AppError(code, more > 0 ? `${named}; and ${more} more` : named, { issues })
}
