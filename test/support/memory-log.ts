import { createLogger } from '../../src/platform/logger.ts'

/** The product's own logger, whose lines are kept for the test to read. */
export function memoryLog(secrets: string[] = []) {
  const lines: string[] = []
  const log = createLogger({
    level: 'debug',
    secrets,
    destination: { write: (line) => void lines.push(line) },
  })
  return {
    log,
    /** All lines as written. */
    text: () => lines.join(''),
    /** Each line's fields. */
    entries: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>),
  }
}

/** Where a server tells of refusals that a test asks nothing of. */
export const nowhere = { unparsed() {} }
