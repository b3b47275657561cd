import { z } from 'zod'
import { inBraces } from '../platform/template-variables.ts'
import { someOf } from '../platform/truncate.ts'

/** What the deployment's own agent is called; agents of organizations have names of their own. */
const DEFAULT_AGENT_NAME = 'Jack'

/** What a greeting may use without a default. What is not known leaves no gap. */
const GREETING_VARIABLES = [
  'agent_name',
  'organization_name',
  'customer_name',
  'customer_first_name',
] as const

const Greeting = z
  .string()
  .trim()
  .min(1)
  .max(500)
  .superRefine((greeting, context) => {
    const message = whyUnfit(greeting)
    if (message) context.addIssue({ code: 'custom', message })
  })

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

/** What the agents of an organization say first, by who calls. */
export const Greetings = z
  .strictObject({ inbound: Greeting.optional(), outbound: Greeting.optional() })
  .describe(
    'what agents say first, where a customer calls and where they call a customer: text with {{agent_name}}, {{organization_name}}, {{customer_name}}, {{customer_first_name}}, and {{reason|default}} or whatever the variables of a request name, with a default',
  )
export type Greetings = z.infer<typeof Greetings>

const DEFAULT_GREETINGS = {
  inbound:
    'Hi {{customer_first_name}}, this is {{agent_name}} from {{organization_name}}. How can I help you today?',
  outbound:
    'Hi {{customer_first_name}}, this is {{agent_name}} calling from {{organization_name}} about {{reason|your recent inquiry}}.',
}

/** `{{name}}`, or `{{name|what is said where a call does not have it}}`. */
const PLACE = /\{\{\s*([a-z][a-z0-9_]{0,49})\s*(?:\|([^{}|]*))?\}\}/g

/**
 * Why a greeting cannot be said; undefined where it can. Whatever a call may lack needs a default, so that no
 * greeting has a gap or names a variable.
 */
function whyUnfit(greeting: string): string | undefined {
  if (/\{\{|\}\}/.test(greeting.replace(PLACE, '')))
    return 'has {{ or }} that belong to no variable: write {{name}} or {{name|default}}, the name in lower-case letters, digits and _'
  const unknown = new Set(
    [...greeting.matchAll(PLACE)]
      .filter(([, name = '', fallback]) => !isKnown(name) && !fallback?.trim())
      .map(([, name = '']) => inBraces(name)),
  )
  if (unknown.size === 0) return undefined
  return `uses ${someOf([...unknown])}, which a call may lack: give it a default, as {{name|default}}, or use only ${GREETING_VARIABLES.map(inBraces).join(', ')}`
}

const isKnown = (name: string) => GREETING_VARIABLES.some((known) => known === name)

/**
 * What an agent says first. `customerName` is empty where nobody is to be greeted by name; `given` is what
 * the request for an outbound call said of it. All values are fit to be quoted.
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
  const greeting = call.greetings?.[call.direction] ?? DEFAULT_GREETINGS[call.direction]
  return withoutGaps(
    greeting.replace(
      PLACE,
      (_, name: string, fallback = '') => values.get(name) || fallback.trim(),
    ),
  )
}

/** A title is no first name: who has one is greeted by the whole name. */
function firstNameOf(name: string): string {
  const [first = ''] = name.split(' ')
  return /^\p{L}[\p{L}\p{M}'’-]+$/u.test(first) ? first : name
}

/** A value that is missing takes the blank before it along, and what would then be said first. */
function withoutGaps(text: string): string {
  return text
    .replace(/ {2,}/g, ' ')
    .replace(/ +(?=[,.!?;:])/g, '')
    .replace(/^[\s,.;:]+/, '')
    .trim()
}
