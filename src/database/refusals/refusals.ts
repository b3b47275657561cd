import { ofAgents } from './agents.ts'
import { ofCalls } from './calls.ts'
import { ofContacts } from './contacts.ts'
import { ofCountries } from './countries.ts'
import { ofEvents } from './events.ts'
import { ofLimits } from './limits.ts'
import { ofMessages } from './messages.ts'
import { ofOrders } from './orders.ts'
import { ofOrganizations } from './organizations.ts'
import { ofPhoneNumbers } from './phone-numbers.ts'
import type { Refusal, RefusalWords } from './refusal.ts'
import { ofAny } from './shared.ts'
import { ofStock } from './stock.ts'

/** What only operators' routes refuse: these words may name the vendors. */
export const OPERATORS_REFUSALS: Record<string, Refusal> = { ...ofOrders, ...ofStock }

/** What anybody may be refused. */
export const EVERYBODYS_REFUSALS: Record<string, Refusal> = {
  ...ofAny,
  ...ofAgents,
  ...ofCalls,
  ...ofContacts,
  ...ofCountries,
  ...ofEvents,
  ...ofLimits,
  ...ofMessages,
  ...ofOrganizations,
  ...ofPhoneNumbers,
}

const REFUSALS: Record<string, Refusal> = { ...EVERYBODYS_REFUSALS, ...OPERATORS_REFUSALS }

/**
 * The words for a reason that an SQL function raised, as the MESSAGE of an error whose DETAIL has the
 * facts. A reason or facts that are not known here, as those of another release, are said as they are.
 */
export function refusalWords(reason: string, facts: unknown): RefusalWords {
  return REFUSALS[reason]?.render(facts) ?? { detail: reason.replaceAll('_', ' ') }
}
