import { z } from 'zod'
import type { Greetings } from '../agent-memory/greetings.ts'
import type { CallerMemory } from '../agent-memory/variables.ts'
import type { BusinessHours } from '../business-hours/business-hours.ts'
import { type Database, type PageRequest, pageSchema, versioned } from '../database/db.ts'
import { type CallRouting, forwardsOf } from '../phone-numbers/call-routing.ts'
import type { NumberCriteria } from '../phone-numbers/number-criteria.ts'
import type { InboundVoice } from '../phone-numbers/phone-number.ts'
import type { Actor } from '../platform/actor.ts'
import { countriesOf } from '../telephony/destination.ts'
import { toE164 } from '../telephony/phone.ts'
import { guardOf, type SpendingLimits } from '../telephony/spending-limits.ts'
import { Me } from './me.ts'
import { Organization, type OutboundLimits, type TextReplies } from './organization.ts'

export interface SignUp {
  /** The organization's id to be; a repeat with the same finds it. */
  id: string
  name: string
  slug: string
  email: string
  /** The address in the founder's token, by which members know them; null: it has none. */
  memberEmail: string | null
  /** Null: without a number. */
  criteria: NumberCriteria | null
}

/** Absent: stays as it is. */
export interface OrganizationChanges {
  name?: string | undefined
  /** Null: back to the default. */
  settings?:
    | {
        confirm_caller_name?: boolean | null | undefined
        caller_memory?: CallerMemory | null | undefined
        greetings?: Greetings | null | undefined
        recording_notice?: string | null | undefined
        only_attested_callers?: boolean | null | undefined
        text_replies?: TextReplies | null | undefined
        inbound_voice?: InboundVoice | null | undefined
        fallback_forward_to?: string | null | undefined
        business_hours?: BusinessHours | null | undefined
        routing?: CallRouting | null | undefined
        missed_call_text?: string | null | undefined
        transfer_to?: string | null | undefined
        messaging_service_sid?: string | null | undefined
        outbound_countries?: string[] | null | undefined
        outbound_limits?: OutboundLimits | null | undefined
        fallback_daily_calls?: number | null | undefined
      }
    | undefined
  defaultPhoneNumber?: string | undefined
  status?: 'active' | 'suspended' | undefined
}

/** The numbers to which these settings put callers through. */
function destinationsOf(settings: OrganizationChanges['settings']): string[] {
  const { routing, transfer_to: transfer, fallback_forward_to: fallback } = settings ?? {}
  return [...forwardsOf(routing), transfer, fallback].filter((to) => typeof to === 'string')
}

export type OrganizationStore = ReturnType<typeof createOrganizationStore>

export function createOrganizationStore(
  db: Database,
  options: {
    maxPerUser: number
    /** Of all users together. */
    maxPerHour: number
    /** What users sign up waits for an operator. */
    needsApproval: boolean
    spending: SpendingLimits
    /** For organizations that have not chosen. */
    inboundVoice: InboundVoice
  },
) {
  return {
    signUp: (actor: Actor, { id, name, slug, email, memberEmail, criteria }: SignUp) =>
      db.rpc(
        'sign_up_organization',
        {
          id,
          actor,
          name,
          slug,
          email,
          maxPerUser: options.maxPerUser,
          provision: criteria !== null,
          country: criteria?.country ?? null,
          areaCode: criteria?.areaCode ?? null,
          region: criteria?.region ?? null,
          areaCodeOnly: criteria?.areaCodeOnly ?? false,
          needsApproval: options.needsApproval,
          maxPerHour: options.maxPerHour,
          guard: guardOf(options.spending),
          memberEmail,
        },
        z.object({ organization: Organization, order_id: z.guid().nullable() }),
      ),
    get: (actor: Actor, organizationId: string) =>
      db.rpc('get_organization', { actor, organizationId }, versioned(Organization)),
    me: (actor: Actor, email: string | null) => db.rpc('get_me', { actor, email }, Me),
    /** `search`: words of name, slug or e-mail, or a phone number in any usual notation. */
    list: (actor: Actor, search: string | undefined, page: PageRequest) =>
      db.rpc(
        'list_organizations',
        {
          actor,
          search: search ?? null,
          phoneNumber: (search && toE164(search)) ?? null,
          ...page,
        },
        pageSchema(Organization),
      ),
    /** @throws AppError precondition_failed where it has none of these `versions`; null: whichever it has */
    change: (
      actor: Actor,
      organizationId: string,
      changes: OrganizationChanges,
      versions: string[] | null,
    ) =>
      db.rpc(
        'change_organization',
        {
          actor,
          organizationId,
          changes: {
            name: changes.name,
            settings: changes.settings,
            default_phone_number: changes.defaultPhoneNumber,
            status: changes.status,
          },
          inboundVoice: options.inboundVoice,
          countries: countriesOf(destinationsOf(changes.settings)),
          versions,
        },
        versioned(Organization),
      ),
  }
}
