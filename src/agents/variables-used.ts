import type { z } from 'zod'

const placeholder = /\{\{([^{}]*)\}\}/g

/** ElevenLabs supplies these itself, for every call. */
const ofElevenLabs = /^system__\w+$/

/**
 * A text that uses no variables but these and those of ElevenLabs' own: with any other, every call of
 * its agent would end before a word is said. Source: ElevenLabs, "Dynamic variables".
 */
export function usingOnly(variables: readonly string[], text: z.ZodString): z.ZodString {
  return text.superRefine((value, context) => {
    const names = [...value.matchAll(placeholder)].map(([, name = '']) => name.trim())
    const unknown = names.filter((name) => !variables.includes(name) && !ofElevenLabs.test(name))
    if (unknown.length === 0) return
    const used = [...new Set(unknown)].map(inBraces).join(', ')
    context.addIssue({
      code: 'custom',
      message: `uses ${used}, which no call has, so every call would end at once: use only ${variables.map(inBraces).join(', ')}, or system__ variables of ElevenLabs`,
    })
  })
}

export function inBraces(name: string): string {
  return `{{${name}}}`
}
