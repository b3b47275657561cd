import { z } from 'zod'

/** Fields as ElevenLabs has them: each may be left out or null. */
export const text = z.string().nullish()
export const texts = z.array(z.string()).nullish()
export const amount = z.number().nullish()
export const flag = z.boolean().nullish()
export const oneOf = <const Words extends readonly string[]>(words: Words) =>
  z.enum(words).nullish()
