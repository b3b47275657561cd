import type { z } from 'zod'
import { openingInWords } from '../../business-hours/in-words.ts'
import { isOpen } from '../../business-hours/opening.ts'
import type { RoutingStep } from '../../phone-numbers/call-routing.ts'
import type { Tenant } from '../call-store.ts'

type Organization = z.infer<typeof Tenant>

/** What is tried for a caller, one after the other; decided once, when the call comes. */
export interface Course {
  steps: RoutingStep[]
  isClosed: boolean
}

/** What is left of a course while a caller is put through; it goes along with the call. */
export interface Onward {
  steps: Exclude<RoutingStep['to'], 'forward'>[]
  isClosed: boolean
  /** The caller's carrier vouches for the number. */
  isAttested: boolean
}

/** A caller is to leave a message. `closed`: because it is; with when it opens next, empty where that is not known. */
export interface ToVoicemail {
  result: 'voicemail'
  organizationName: string
  closed: { nextOpening: string } | null
}

/** By the routing of the number, or else of the organization; without one, the agent alone. */
export function courseOf({ business_hours: hours, routing }: Organization, at: Date): Course {
  const isClosed = hours !== undefined && !isOpen(hours, at)
  return { steps: (isClosed ? routing?.closed : routing?.open) ?? [{ to: 'agent' }], isClosed }
}

/** The same, after what was tried of it. */
export function onwardOf({ steps, isClosed }: Course, isAttested: boolean): Onward {
  return {
    steps: steps.flatMap(({ to }) => (to === 'forward' ? [] : [to])),
    isClosed,
    isAttested,
  }
}

export function toVoicemail(organization: Organization, isClosed: boolean): ToVoicemail {
  const { next_opening: nextOpening } = openingInWords(organization.business_hours, new Date())
  return {
    result: 'voicemail',
    organizationName: organization.name,
    closed: isClosed ? { nextOpening } : null,
  }
}
