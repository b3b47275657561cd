import { z } from 'zod'
import { type Database, type PageRequest, pageSchema } from '../database/db.ts'
import { Timestamp } from '../database/timestamp.ts'
import type { Actor } from '../platform/actor.ts'
import { countriesOf } from '../telephony/destination.ts'
import { forwardsOf } from './call-routing.ts'
import { NumberSettings, type NumberSettingsChanges } from './number-settings.ts'
import { Order } from './orders/order.ts'
import { PhoneNumber, PhoneNumberStatus, type SmsStatus } from './phone-number.ts'

export const HeldNumber = PhoneNumber.extend({
  phone_number_id: z.guid(),
  is_active: z.boolean(),
  assigned_at: Timestamp,
  settings: NumberSettings,
}).meta({ id: 'HeldPhoneNumber' })

export const AnyNumber = PhoneNumber.extend({
  organization_id: z.guid().nullable(),
  organization_name: z.string().nullable(),
  is_active: z.boolean(),
})

/** One purchase of a number, with who held it. */
export const NumberHistory = AnyNumber.extend({
  bought_at: Timestamp.nullable(),
  verified_at: Timestamp.nullable().describe(
    'when its settings at the carriers were last found right',
  ),
  quarantined_at: Timestamp.nullable(),
  released_at: Timestamp.nullable(),
  holders: z.array(
    z.object({
      organization_id: z.guid(),
      organization_name: z.string(),
      is_active: z.boolean(),
      assigned_at: Timestamp,
      ended_at: Timestamp.nullable(),
    }),
  ),
}).meta({ id: 'PhoneNumberHistory' })

const Activation = z.object({
  id: z.guid(),
  status: PhoneNumberStatus,
  /** null: the number is live, and due to be synced. */
  order: Order.nullable(),
})

/** A number of our Twilio account that a person bought. */
export interface EnteredNumber {
  orderId: string
  organizationId: string | null
  phoneNumber: string
  country: string
  region: string | null
  areaCode: string | null
  capabilities: Record<string, boolean>
  smsStatus: SmsStatus
  twilioPhoneSid: string
  elevenlabsPhoneId: string | null
  /** Its friendlyName, which may tell that it is another deployment's. */
  nameAtTwilio: string
  /** null: Twilio does not tell. */
  boughtAt: Date | null
}

export type PhoneNumberStore = ReturnType<typeof createPhoneNumberStore>

export function createPhoneNumberStore(
  db: Database,
  options: {
    leaseMs: number
    /** Of the Twilio token that imports are made with. */
    tokenHash: string
    /** Of the one before, while they are exchanged. */
    previousHash: string | null
    publicUrl: string
  },
) {
  return {
    listOfOrganization: (actor: Actor, organizationId: string, page: PageRequest) =>
      db.rpc(
        'list_organization_phone_numbers',
        { actor, organizationId, ...page },
        pageSchema(HeldNumber),
      ),
    list: (filter: { status: PhoneNumberStatus | null }, page: PageRequest) =>
      db.rpc('list_phone_numbers', { ...filter, ...page }, pageSchema(AnyNumber)),
    /** Those whose number begins so, as E.164. */
    find: (startsWith: string, filter: { status: PhoneNumberStatus | null }, page: PageRequest) =>
      db.rpc('find_phone_numbers', { startsWith, ...filter, ...page }, pageSchema(AnyNumber)),
    /** Each time that this number was ours, or was to be; none: never. */
    history: (phoneNumber: string) =>
      db.rpc(
        'phone_number_history',
        { phoneNumber },
        z.object({ numbers: z.array(NumberHistory) }),
      ),
    listOf: (
      organizationId: string,
      filter: { status: PhoneNumberStatus | null },
      page: PageRequest,
    ) =>
      db.rpc(
        'list_phone_numbers_of_organization',
        { organizationId, ...filter, ...page },
        pageSchema(AnyNumber),
      ),
    changeSettings: (
      actor: Actor,
      organizationId: string,
      phoneNumber: string,
      settings: NumberSettingsChanges,
    ) =>
      db.rpc(
        'change_phone_number_settings',
        {
          actor,
          organizationId,
          phoneNumber,
          settings,
          countries: countriesOf(forwardsOf(settings.routing)),
        },
        HeldNumber,
      ),
    enter: (actor: Actor, number: EnteredNumber) =>
      db.rpc('enter_phone_number', { actor, ...number }, Order),
    assign: (actor: Actor, phoneNumber: string, organizationId: string) =>
      db.rpc(
        'assign_phone_number',
        { actor, phoneNumber, organizationId },
        z.object({ order: Order.nullable() }),
      ),
    checkActivation: (phoneNumber: string, elevenlabsPhoneId: string) =>
      db.rpc(
        'check_activation',
        { phoneNumber, elevenlabsPhoneId },
        z.object({ status: PhoneNumberStatus }),
      ),
    beginActivation: (actor: Actor, phoneNumber: string, elevenlabsPhoneId: string) =>
      db.rpc(
        'begin_activation',
        {
          actor,
          phoneNumber,
          elevenlabsPhoneId,
          tokenHash: options.tokenHash,
          previousHash: options.previousHash,
          leaseSeconds: Math.ceil(options.leaseMs / 1_000),
          publicUrl: options.publicUrl,
        },
        Activation,
      ),
  }
}
