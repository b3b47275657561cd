import type { z } from 'zod'

/** What a person reads: what happened, what to do step by step, and what ends it. */
export interface Words {
  what: string
  /** Each becomes a numbered line; none where nobody has to do anything. */
  steps?: string[]
  end?: string
}

/** Where this deployment asks its carriers: an address each, without a slash at its end. */
export interface Apis {
  twilio: string
  elevenLabs: string
}

/** How a type of notification is worded, by its cause; a type with one cause has it under `''`. */
export type Message = Record<string, Cause>

export interface Cause {
  /** What SQL stores of it, but for `cause`. */
  facts: z.ZodObject
  /** Undefined where the facts are not these, as those of another release. */
  render(facts: unknown, apis: Apis): string | undefined
}

/** One cause: the facts that SQL stores of it, and the words for them. */
export function cause<Facts extends z.ZodObject>(
  facts: Facts,
  words: (facts: z.infer<Facts>, apis: Apis) => Words,
): Cause {
  return {
    facts,
    render(stored, apis) {
      const parsed = facts.safeParse(stored)
      return parsed.success ? layOut(words(parsed.data, apis)) : undefined
    },
  }
}

function layOut({ what, steps = [], end }: Words): string {
  const numbered = steps.map((step, index) => `${index + 1}. ${step}`)
  return [what, ...numbered, ...(end ? [end] : [])].join('\n')
}
