import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { z } from 'zod'
import { parseJson } from '../../platform/parse-json.ts'
import { ERASED, Erasure, MAY_BE_ERASED } from '../../privacy/erasure.ts'

/** A log line has more than the erasure: its time, its process, and what log collectors add. */
const ErasedLine = z
  .object({ ...Erasure.shape, msg: z.literal(ERASED) })
  .transform(({ msg: _, ...erasure }) => ({ erasure }))

const DoubtfulLine = z
  .object({ msg: z.literal(MAY_BE_ERASED), organizationId: z.guid(), contactId: z.guid() })
  .transform(({ msg: _, ...inDoubt }) => ({ inDoubt }))

const Line = z.union([ErasedLine, DoubtfulLine])

/**
 * The erasures in a log, line by line, and those in doubt. Other lines are passed over, and so is what
 * a collector wrote before a line's JSON. Null stands for a line that tells of one and cannot be read.
 */
export async function* erasuresIn(log: Readable): AsyncGenerator<z.infer<typeof Line> | null> {
  for await (const text of createInterface({ input: log })) {
    if (![ERASED, MAY_BE_ERASED].some((msg) => text.includes(`"msg":"${msg}"`))) continue
    yield Line.safeParse(parseJson(text.slice(text.indexOf('{')))).data ?? null
  }
}
