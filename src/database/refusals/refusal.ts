import { z } from 'zod'

/** What a refusal says: to anybody, and to operators where that is more. */
export interface RefusalWords {
  detail: string
  forOperators?: string
}

/** A reason for which an SQL function refuses what was asked. */
export interface Refusal {
  /** What SQL says of it, as JSON in the error's DETAIL. */
  facts: z.ZodObject
  /** Undefined where the facts are not these, as those of another release. */
  render(facts: unknown): RefusalWords | undefined
}

/** One reason: the facts that SQL raises with it, and the words for them. */
export function refusal<Facts extends z.ZodObject>(
  facts: Facts,
  words: (facts: z.infer<Facts>) => string | RefusalWords,
): Refusal {
  return {
    facts,
    render(raised) {
      const parsed = facts.safeParse(raised)
      if (!parsed.success) return undefined
      const said = words(parsed.data)
      return typeof said === 'string' ? { detail: said } : said
    },
  }
}

/** A reason that has no facts. */
export function plain(detail: string): Refusal {
  return refusal(z.object({}), () => detail)
}
