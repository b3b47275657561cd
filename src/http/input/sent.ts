import type { z } from 'zod'
import { someOf } from '../../platform/truncate.ts'

/**
 * What a schema's own words do not say to whoever sent it: the library calls any UUID a GUID, and names
 * every field that it does not know, however many there are.
 */
function personaFor(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code === 'unrecognized_keys') {
    const keys = someOf(issue.keys.map((key) => `"${key}"`))
    return issue.keys.length > 1 ? `Unrecognized keys: ${keys}` : `Unrecognized key: ${keys}`
  }
  if (issue.code === 'invalid_type' && Number.isNaN(issue.input)) return 'must be one number'
  const isId = issue.code === 'invalid_format' && issue.format === 'guid'
  return isId ? 'must be a UUID, as 3f2b8c1e-5d4a-4f6b-9c7d-1a2b3c4d5e6f' : undefined
}

/** Reads what somebody sent by its schema, so that what is wrong with it is told in their words. */
export function readSent<Schema extends z.ZodType>(schema: Schema, sent: unknown) {
  return schema.safeParse(sent, { error: personaFor })
}
