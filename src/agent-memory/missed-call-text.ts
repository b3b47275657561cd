import { z } from 'zod'
import { inBraces } from '../platform/template-variables.ts'
import { someOf, truncate } from '../platform/truncate.ts'
import { piecesOf } from './greetings.ts'
import { isOptOutWord } from './opt-out-words.ts'

const ALWAYS = ['organization_name', 'called_number']
/** It may be empty, as where nobody has set business hours. */
const NEXT_OPENING = 'next_opening'

/** What a caller is texted with whom nobody has spoken, as it is set: short, and without a gap whoever calls. */
export const MissedCallTextInput = z
  .string()
  .trim()
  .min(1)
  .max(320)
  .superRefine((text, context) => {
    const message = whyUnfit(text)
    if (message) context.addIssue({ code: 'custom', message })
  })
  .describe(
    'what a caller is texted, from the number that was called, with whom nobody has spoken: text with {{organization_name}}, {{called_number}} and {{next_opening|soon}}, whose default is said where it is not known',
  )

function whyUnfit(text: string): string | undefined {
  const { words, places } = piecesOf(text)
  if (words.some((piece) => /\{\{|\}\}/.test(piece)))
    return 'has {{ or }} that belong to no variable: write {{name}} or {{name|default}}, the name in lower-case letters, digits and _'
  const known = [...ALWAYS, NEXT_OPENING]
  const unknown = places.map(({ name }) => name).filter((name) => !known.includes(name))
  if (unknown.length > 0)
    return `uses ${someOf([...new Set(unknown)].map(inBraces))}, which a missed call does not have: use only ${known.map(inBraces).join(', ')}`
  if (places.some(({ name, fallback }) => name === NEXT_OPENING && !fallback))
    return `uses ${inBraces(NEXT_OPENING)}, which may not be known: give it a default, as {{${NEXT_OPENING}|soon}}`
  const values = { organization_name: 'name', called_number: 'number', next_opening: '' }
  if (isOptOutWord(missedCallText(text, values)))
    return 'is a word by which customers refuse texts, and nothing else: say what you have to say'
  return undefined
}

/** Room for what stands in the places. */
const MOST_CHARACTERS = 640

/** The text, with its variables filled in. */
export function missedCallText(
  text: string,
  values: { organization_name: string; called_number: string; next_opening: string },
): string {
  const { words, places } = piecesOf(text)
  const [first = '', ...rest] = words
  const filled = places.reduce(
    (written, { name, fallback }, index) =>
      written +
      (Object.entries(values).find(([key]) => key === name)?.[1] || fallback) +
      rest[index],
    first,
  )
  return truncate(filled, MOST_CHARACTERS)
}
