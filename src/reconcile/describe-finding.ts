import type { Unreadable } from '../carriers/ports/unreadable.ts'
import type { Owner } from '../phone-numbers/ownership-tag.ts'
import { MarkInDoubt } from '../phone-numbers/quarantine-mark.ts'
import { truncate } from '../platform/truncate.ts'
import { IMPORT_GONE, SID_CHANGED } from './drift.ts'
import type { Discrepancy } from './find-discrepancies.ts'
import type { Finding } from './report.ts'

/** A discrepancy that no carrier confirmed or denied: `reason` says why. */
export interface Unconfirmed {
  discrepancy: Discrepancy
  reason: string
}

export function describeUnconfirmed({ discrepancy, reason }: Unconfirmed): Finding {
  return {
    ...describe(discrepancy),
    class: 'unconfirmed',
    detail: `looks like ${discrepancy.class}, which could not be confirmed: ${reason}`,
  }
}

/** What was confirmed, and could not be repaired: `reason` says why. */
export function describeUnrepaired({ discrepancy, reason }: Unconfirmed): Finding {
  return {
    ...describe(discrepancy),
    class: 'unconfirmed',
    detail: `is ${discrepancy.class}, and could not be repaired: ${reason}`,
  }
}

/** Longer than any number or id. */
const LONGEST = 100

/** A row of a carrier's list that cannot be read. */
export function describeUnreadable(row: Unreadable): Finding {
  const [phoneNumber, id] = [row.phoneNumber, row.id].map((text) => text && truncate(text, LONGEST))
  return {
    class: 'unconfirmed',
    phoneNumber: phoneNumber || id || 'unknown',
    twilioSid: id?.startsWith('PN') ? id : null,
    organizationId: null,
    detail: `${id || 'a row'} of the list: ${row.reason}`,
    action: 'none',
  }
}

/** A confirmed discrepancy as a person reads it; nothing done about it yet. */
export function describe(confirmed: Discrepancy): Finding {
  const finding = { class: confirmed.class, action: 'none' } as const
  switch (confirmed.class) {
    case 'orphan_paid':
    case 'foreign': {
      const { phoneNumber, sid, friendlyName } = confirmed.owned
      const known = confirmed.class === 'foreign' ? confirmed.number : undefined
      return {
        ...finding,
        phoneNumber,
        twilioSid: sid,
        organizationId: known?.organization_id ?? null,
        detail:
          confirmed.class === 'orphan_paid'
            ? confirmed.orderId
              ? `bought by order ${confirmed.orderId}, which does not have it`
              : 'recorded as released, or never bought, and still in the account'
            : `${known ? `${known.status} here, in use for something else at Twilio; ` : ''}${whose(confirmed.owner)}: its name at Twilio is "${friendlyName}"`,
      }
    }
    case 'ghost':
    case 'drift': {
      const { phone_number, twilio_phone_sid, organization_id, status } = confirmed.number
      return {
        ...finding,
        phoneNumber: phone_number,
        twilioSid: twilio_phone_sid,
        organizationId: organization_id,
        detail:
          confirmed.class === 'ghost'
            ? `${status} here, and Twilio has no number with its SID`
            : confirmed.what
                .map((name) => wrong[name] ?? `${name} is not as it is to be`)
                .join('; '),
      }
    }
    case 'in_doubt': {
      const { number, shown } = confirmed
      return {
        ...finding,
        phoneNumber: number.phone_number,
        twilioSid: number.twilio_phone_sid,
        organizationId: number.organization_id,
        detail: new MarkInDoubt(number, shown).message,
      }
    }
    case 'leftover':
      return {
        ...finding,
        phoneNumber: confirmed.imported.phoneNumber,
        twilioSid: null,
        organizationId: null,
        detail: `imported to ElevenLabs as ${confirmed.imported.id}, and no number of this Twilio account any more: delete it there`,
      }
  }
}

function whose({ kind }: Owner): string {
  if (kind === 'ours') return "another order's of ours"
  return kind === 'other' ? "another deployment's" : 'nobody says whose it is'
}

const wrong: Record<string, string> = {
  [SID_CHANGED]: 'Twilio has it under another SID',
  [IMPORT_GONE]: 'ElevenLabs does not know its id any more',
}
