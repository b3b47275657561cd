import { z } from 'zod'
import { inUtc } from '../../database/timestamp.ts'
import { cause } from './message.ts'
import { ended, sentences, whose } from './words.ts'

const ACTIVE_NUMBERS = 'Twilio Console > Phone Numbers > Active numbers'

/** Findings about one number, which wait for a person. */
export const numberFindings = {
  mark: cause(
    z.object({
      number: z.string(),
      organization: z.string().nullable(),
      status: z.string(),
      shown: z.string().nullable().describe('the mark at Twilio; null: none'),
      quarantine_id: z.string().nullable(),
    }),
    ({ number, organization, status, shown, quarantine_id }) => {
      const isQuarantined = status === 'quarantined'
      const release = `POST /api/admin/phone-numbers/${number}/release`
      return {
        what: sentences(
          `${number} (${whose(organization)}) is ${isQuarantined ? 'in quarantine' : status} here, but its SMS URL at Twilio ${
            shown === null
              ? `does not carry the mark of that quarantine (?quarantine=${quarantine_id ?? '…'}).`
              : `carries the mark of a quarantine that is not known here (?quarantine=${shown}).`
          }`,
          whyMarksDiffer(isQuarantined, quarantine_id),
          'Nobody changes it at Twilio or releases it until you decide.',
        ),
        steps: [
          `See ${ACTIVE_NUMBERS} > ${number}, and ask ${whose(organization)}: is it in use?`,
          `If it is to be kept: POST /api/admin/phone-numbers/${number}/restore.`,
          isQuarantined
            ? `If it is given up: restore it all the same, and then ${release}, which begins a new quarantine with a mark of its own.`
            : `If it is given up: ${release}.`,
        ],
        end: 'This resolves when you have done so, or when the two agree again.',
      }
    },
  ),
  release: cause(
    z.object({ number: z.string(), error: z.string(), has_begun: z.boolean() }),
    ({ number, error, has_begun }) => ({
      what: `The quarantine of ${number} is over, but it is not released to Twilio: ${ended(error)} It goes on being paid for.`,
      steps: [
        `Compare ${ACTIVE_NUMBERS} > ${number} with the reason, and mend it there: remove its emergency address, or release it there yourself. A number that is not ours stays as it is.`,
        has_begun
          ? 'GET /api/admin/phone-numbers?status=quarantined shows when it is tried again.'
          : `Or keep it: POST /api/admin/phone-numbers/${number}/restore.`,
      ],
      end: 'The server tries it again once a day. This resolves when the number is gone or back.',
    }),
  ),
  adopted: cause(
    z.object({
      number: z.string(),
      bought_at: z.string(),
      release_at: z.string(),
      order_id: z.string().nullable(),
      organization: z.string().nullable(),
      organization_id: z.string().nullable(),
    }),
    ({ number, bought_at, release_at, order_id, organization, organization_id }) => ({
      what: `${number} is in our Twilio account and paid for since ${inUtc(bought_at)}, but ${unknownBecause(order_id, organization)}. It may have been given up, or be in use. So it is in quarantine now, and nobody's.`,
      steps: [
        `Ask whether ${organization === null ? 'anybody' : whose(organization)} wants it.`,
        `If so: POST /api/admin/phone-numbers/${number}/restore puts it into the pool, and POST /api/admin/phone-numbers/${number}/assign {"organizationId": "${organization_id ?? '<id>'}"} assigns it.`,
        `Otherwise do nothing: it is released to Twilio after ${inUtc(release_at)}.`,
      ],
      end: 'This resolves when it is restored or gone.',
    }),
  ),
}

function whyMarksDiffer(isQuarantined: boolean, quarantineId: string | null): string {
  const older = 'this database may be older than that, as after a restored backup'
  if (!isQuarantined) return `It was given up since: ${older}.`
  return quarantineId === null
    ? 'It was given up before numbers were marked, so nothing at Twilio proves that nobody took it back since.'
    : `It was restored since, or somebody changed its URL: ${older}.`
}

function unknownBecause(orderId: string | null, organization: string | null): string {
  if (orderId === null) return 'it is recorded here as released, or never bought'
  return organization === null
    ? `order ${orderId}, which bought it, does not have it, or is not known here`
    : `order ${orderId}, which bought it for ${whose(organization)}, does not have it`
}
