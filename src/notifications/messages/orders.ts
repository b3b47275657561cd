import { z } from 'zod'
import { cause } from './message.ts'
import { ended, RESOLVE, whose } from './words.ts'

/** `number +16045550123 for organization "Premium Auto Sales"`; an order may have no number yet. */
export function ordered(number: string | null, organization: string | null): string {
  return `number ${number ? `${number} ` : ''}for ${whose(organization)}`
}

export const orderNeedsAttention = {
  stopped: cause(
    z.object({
      order_id: z.string(),
      organization: z.string().nullable(),
      number: z.string().nullable(),
      step: z.string(),
      error: z.string(),
      may_cancel: z.boolean(),
    }),
    ({ order_id, organization, number, step, error, may_cancel }) => ({
      what: `The ${ordered(number, organization)} cannot be set up. The step "${step}" failed: ${ended(error)}`,
      steps: [
        `Repair the cause. ${whereToRepair(step, number)}`,
        `POST /api/admin/orders/${order_id}/retry${may_cancel ? `; or give up with POST /api/admin/orders/${order_id}/cancel` : ''}.`,
      ],
      end: 'The order then goes on at this step by itself. If it fails again, this notification comes again.',
    }),
  ),
  batch: cause(
    z.object({
      batch_id: z.string(),
      failed: z.int(),
      ordered: z.int(),
      error: z.string(),
      country: z.string(),
      area_code: z.string().nullable(),
      area_code_only: z.boolean(),
    }),
    ({ batch_id, failed, error, country, area_code, area_code_only, ...all }) => {
      const missing = inOneLine({
        count: failed,
        country,
        ...(area_code !== null && { areaCode: area_code }),
        ...(area_code_only && { areaCodeOnly: true }),
      })
      return {
        what: `${failed} of the ${all.ordered} numbers of batch ${batch_id} could not be bought after its answer was sent. The last reason: ${ended(error)}`,
        steps: [
          'Repair the cause: see Twilio Console > Monitor > Logs > Errors. If nothing is for sale, choose another areaCode.',
          `Buy what is missing, under a new Idempotency-Key: POST /api/admin/phone-numbers/batch-purchase ${missing}.`,
          RESOLVE,
        ],
        end: "The batch's own request, sent again under its Idempotency-Key, answers with the reason of each number.",
      }
    },
  ),
}

/** JSON as the other messages write it, with a blank after each colon and comma. */
function inOneLine(body: object): string {
  const fields = Object.entries(body).map(([key, value]) => `"${key}": ${JSON.stringify(value)}`)
  return `{${fields.join(', ')}}`
}

function whereToRepair(step: string, number: string | null): string {
  return ['choose', 'buy'].includes(step)
    ? 'See Twilio Console > Monitor > Logs > Errors. If nothing is for sale, wait, or cancel and buy with another areaCode.'
    : `Compare Twilio Console > Phone Numbers > Active numbers > ${number} and ElevenLabs Dashboard > Phone Numbers > ${number} with what the step says.`
}
