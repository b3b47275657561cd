import type { z } from 'zod'
import { inBraces, variablesIn } from '../platform/template-variables.ts'
import { someOf } from '../platform/truncate.ts'

/** What the words of an agent may use. */
export interface CallVariables {
  /** What we tell of every call. */
  ours: readonly string[]
  /** What the voice-agent platform supplies itself, for every call. */
  platforms: readonly string[]
}

/**
 * A text that uses no variables but these: with any other, every call of its agent would end before a
 * word is said. Source: ElevenLabs, "Dynamic variables".
 */
export function usingOnly(variables: CallVariables, text: z.ZodString): z.ZodString {
  const known = [...variables.ours, ...variables.platforms]
  return text.superRefine((value, context) => {
    const unknown = variablesIn(value).filter((name) => !known.includes(name))
    if (unknown.length === 0) return
    context.addIssue({
      code: 'custom',
      message: `uses ${someOf(unknown.map(inBraces))}, which no call has, so every call would end at once: use only ${known.map(inBraces).join(', ')}`,
    })
  })
}
