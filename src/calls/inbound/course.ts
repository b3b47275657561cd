import type { z } from 'zod'
import { openingInWords } from '../../business-hours/in-words.ts'
import type { Course, RoutingStep } from '../../phone-numbers/call-routing.ts'
import type { Tenant } from '../call-store.ts'

type Organization = z.infer<typeof Tenant>

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

/** What is left of it, without whom the caller is put through to. */
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
