import type { z } from 'zod'

/** What a schema's own words do not say to whoever sent it: the library calls any UUID a GUID. */
function personaFor(issue: z.core.$ZodRawIssue): string | undefined {
  const isId = issue.code === 'invalid_format' && issue.format === 'guid'
  return isId ? 'must be a UUID, as 3f2b8c1e-5d4a-4f6b-9c7d-1a2b3c4d5e6f' : undefined
}

/** Reads what somebody sent by its schema, so that what is wrong with it is told in their words. */
export function readSent<Schema extends z.ZodType>(schema: Schema, sent: unknown) {
  return schema.safeParse(sent, { error: personaFor })
}
