import { type Greetings, gapsIn, type Place, piecesOf } from './greetings.ts'

/** What the deployment's own agent is called; agents of organizations have names of their own. */
const DEFAULT_AGENT_NAME = 'Jack'

const DEFAULT_GREETINGS = {
  inbound:
    'Hi {{customer_first_name}}, this is {{agent_name}} from {{organization_name}}. How can I help you today?',
  outbound:
    'Hi {{customer_first_name}}, this is {{agent_name}} calling from {{organization_name}} about {{reason|your recent inquiry}}.',
}

/**
 * What an agent says first. `customerName` is empty where nobody is to be greeted by name; `given` is what
 * the request for an outbound call said of it. All values are fit to be quoted. A greeting that would have
 * a gap in it, or no words, gives way to the default.
 */
export function openingOf(call: {
  direction: 'inbound' | 'outbound'
  greetings: Greetings | undefined
  agentName: string | undefined
  organizationName: string
  customerName: string
  given: Record<string, string>
}): string {
  const values = new Map([
    ...Object.entries(call.given),
    ['agent_name', call.agentName ?? DEFAULT_AGENT_NAME],
    ['organization_name', call.organizationName],
    ['customer_name', call.customerName],
    ['customer_first_name', firstNameOf(call.customerName)],
  ])
  const inPlace = ({ name, fallback }: Place) => values.get(name) || fallback
  const own = call.greetings?.[call.direction]
  const isFit = own && gapsIn(own, (place) => !inPlace(place)).length === 0
  const opening = isFit ? filled(own, inPlace) : ''
  return /[\p{L}\p{N}]/u.test(opening)
    ? opening
    : filled(DEFAULT_GREETINGS[call.direction], inPlace)
}

function filled(greeting: string, inPlace: (place: Place) => string): string {
  const { words, places } = piecesOf(greeting)
  const [first = '', ...rest] = words
  const text = places.reduce((said, place, index) => {
    const next = rest[index] ?? ''
    const value = inPlace(place)
    return value ? said + value + next : withoutGap(said, next)
  }, first)
  return text.replace(/ {2,}/g, ' ').trim()
}

/** What stands around a value that is missing: of two marks that meet, the stronger one stays. */
function withoutGap(before: string, after: string): string {
  const [left, right] = [before.trimEnd(), after.trimStart()]
  const afterMarks = right.replace(/^[\s,.!?;:…]+/, '')
  if (left === '') return afterMarks
  if (strengthOf(right[0]) > strengthOf(left.at(-1))) return left.replace(/[,;:]+$/, '') + right
  return `${afterMarks ? left : left.replace(/[,;:]+$/, '')} ${afterMarks}`
}

/** How much of an end a mark is; -1: it is none. */
const strengthOf = (mark = '') =>
  [',', ';:', '.!?…'].findIndex((marks) => mark && marks.includes(mark))

/** Written with or without a dot, by whichever language. */
const TITLES = new Set(
  'mr mrs ms miss mx dr doctor prof professor sir madam rev herr frau monsieur madame mme mlle señor señora señorita sr sra srta'.split(
    ' ',
  ),
)

/** A title is no first name: who has one is greeted by the whole name. */
function firstNameOf(name: string): string {
  const [first = ''] = name.split(' ')
  const isFirst = /^\p{L}[\p{L}\p{M}'’-]+$/u.test(first) && !TITLES.has(first.toLowerCase())
  return isFirst ? first : name
}
