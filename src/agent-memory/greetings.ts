import { z } from 'zod'
import { inBraces } from '../platform/template-variables.ts'
import { someOf } from '../platform/truncate.ts'

/** Who is greeted may be unknown: a name that a greeting can do without needs no default. */
const NAMES = ['customer_name', 'customer_first_name']
/** What a greeting may use without a default. */
const GREETING_VARIABLES = ['agent_name', 'organization_name', ...NAMES]

const Greeting = z
  .string()
  .trim()
  .min(1)
  .max(500)
  .superRefine((greeting, context) => {
    const message = whyUnfit(greeting)
    if (message) context.addIssue({ code: 'custom', message })
  })

/** What the agents of an organization say first, by who calls; `openingOf` leaves no gap whatever it is. */
export const Greetings = z
  .object({ inbound: z.string().optional(), outbound: z.string().optional() })
  .describe('what agents say first, where a customer calls and where they call a customer')
export type Greetings = z.infer<typeof Greetings>

/** The same, as it is set. */
export const GreetingsInput = z
  .strictObject({ inbound: Greeting.optional(), outbound: Greeting.optional() })
  .describe(
    'what agents say first, where a customer calls and where they call a customer: text with {{agent_name}}, {{organization_name}}, {{customer_name}}, {{customer_first_name}}, and {{reason|default}} or whatever the variables of a request name, with a default. A name that is not between marks, as in "Hi {{customer_name}}, …", needs a default too',
  )

/** `{{name}}`, or `{{name|what is said where a call does not have it}}`. */
const PLACE = /\{\{\s*([a-z][a-z0-9_]{0,49})\s*(?:\|([^{}|]*))?\}\}/g

export interface Place {
  name: string
  /** Empty: there is none. */
  fallback: string
}

/** A greeting in pieces: its words, and the places between them, one less. */
export function piecesOf(greeting: string): { words: string[]; places: Place[] } {
  const words: string[] = []
  const places: Place[] = []
  let end = 0
  for (const match of greeting.matchAll(PLACE)) {
    const [whole, name = '', fallback = ''] = match
    words.push(greeting.slice(end, match.index))
    places.push({ name, fallback: fallback.trim() })
    end = match.index + whole.length
  }
  return { words: [...words, greeting.slice(end)], places }
}

/** The places, of those that are missing, that the words around them cannot do without. */
export function gapsIn(greeting: string, isMissing: (place: Place) => boolean): Place[] {
  const { words, places } = piecesOf(greeting)
  const missing = places.filter(isMissing)
  const said = places.map((place) => (isMissing(place) ? '' : 'something'))
  const textOf = (from: number, to: number) =>
    words
      .slice(from, to)
      .map((text, index) => text + (from + index < to - 1 ? (said[from + index] ?? '') : ''))
      .join('')
  if (!/[\p{L}\p{N}]/u.test(textOf(0, words.length))) return missing
  return places.filter(
    (place, index) =>
      isMissing(place) && !isSetApart(textOf(0, index + 1), textOf(index + 1, words.length)),
  )
}

/** A word that leads to a name. */
const LEADS_ON = /(^|\s)(dear|mrs?|ms|miss|dr|is|are|am|this|with|to|for|about|of|from|and)$/i

/** Whether nobody misses a name between these: after a greeting of a word or two, or between two marks. */
function isSetApart(before: string, after: string): boolean {
  const [clause = ''] = /[^,.!?;:…]*$/.exec(before) ?? []
  const words = clause.trim()
  if (words === '') return /^\s*([,.!?;:…]|$)/.test(after)
  const isSentence = !before.slice(0, before.length - clause.length).endsWith(',')
  const isGreeting = words.split(/\s+/).length <= 2 && !LEADS_ON.test(words)
  return isSentence && isGreeting && /^\s*([,.!;:…]|$)/.test(after)
}

/**
 * Why a greeting cannot be said; undefined where it can. Whatever a call may lack needs a default, so that no
 * greeting has a gap or names a variable.
 */
function whyUnfit(greeting: string): string | undefined {
  const { words, places } = piecesOf(greeting)
  if (words.some((text) => /\{\{|\}\}/.test(text)))
    return 'has {{ or }} that belong to no variable: write {{name}} or {{name|default}}, the name in lower-case letters, digits and _'
  const named = (some: Place[]) => [...new Set(some.map(({ name }) => name))]
  const unknown = named(
    places.filter(({ name, fallback }) => !GREETING_VARIABLES.includes(name) && !fallback),
  )
  if (unknown.length > 0)
    return `uses ${someOf(unknown.map(inBraces))}, which a call may lack: give it a default, as {{name|default}}, or use only ${GREETING_VARIABLES.map(inBraces).join(', ')}`
  const [gap] = named(gapsIn(greeting, ({ name, fallback }) => NAMES.includes(name) && !fallback))
  if (gap)
    return `has a gap where nobody knows the name: give it a default, as {{${gap}|there}}, or put it between marks, as in "Hi {{${gap}}}, …"`
  return undefined
}

/** What is said before everything else on each call of an organization, as that it is recorded. */
export const RecordingNotice = z
  .string()
  .trim()
  .min(1)
  .max(300)
  .refine(
    (notice) => !/\{\{|\}\}/.test(notice),
    'must not have {{ or }}: the same is said on every call',
  )
  .describe('said first on every call, before the greeting: as that the call is recorded')
