import { z } from 'zod'
import { withoutInvisible } from '../../platform/visible-text.ts'

const DO_NOT_CALL = 'do_not_call'

/** What our agents note of a call beside its transcript. Source: ElevenLabs, "Data collection". */
export const dataCollection = {
  [DO_NOT_CALL]: {
    type: 'boolean',
    description:
      'True only if the customer has asked, in whatever words, not to be called or contacted again. A call back that is declined, a wrong time and a wrong topic are no such criteria.',
  },
}

const Collected = z.looseObject({ value: z.unknown() })

/** What means yes where the field of an agent is a text, in the languages in which refusals are heard. */
const YES = new Set(['true', 'yes', 'y', 'oui', 'vrai', 'si', 'verdadero', 'cierto'])

/**
 * Whether an agent has noted that the customer is not to be called again. A field that somebody else has
 * made may be a text or a number. Source: ElevenLabs, "Data collection": boolean, string, integer, number.
 */
export function hasSaidDoNotCall(results: Record<string, unknown> | null | undefined): boolean {
  const { data } = Collected.safeParse(results?.[DO_NOT_CALL])
  return meansYes(data?.value)
}

function meansYes(value: unknown): boolean {
  if (typeof value !== 'string') return value === true || value === 1
  const plain = withoutInvisible(value).normalize('NFKD').toLowerCase()
  return Number(plain) === 1 || YES.has(plain.replace(/[^\p{L}\p{N}]/gu, ''))
}
