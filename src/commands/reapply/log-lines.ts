import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { z } from 'zod'
import { parseJson } from '../../platform/parse-json.ts'
import { ERASED, Erasure } from '../../privacy/erasure.ts'

/** A log line has more than the erasure: its time, its process, and what log collectors add. */
const Line = z.object({ ...Erasure.shape, msg: z.literal(ERASED) })

/**
 * The erasures in a log, line by line. Other lines are passed over, and so is what a collector wrote
 * before a line's JSON. Null stands for a line that tells of an erasure and cannot be read.
 */
export async function* erasuresIn(log: Readable): AsyncGenerator<Erasure | null> {
  for await (const text of createInterface({ input: log })) {
    if (!text.includes(`"msg":"${ERASED}"`)) continue
    const parsed = Line.safeParse(parseJson(text.slice(text.indexOf('{'))))
    if (!parsed.success) {
      yield null
      continue
    }
    const { msg: _, ...erasure } = parsed.data
    yield erasure
  }
}
