import type { Context } from '../context.ts'
import type { PhoneNumber } from '../phone-numbers/phone-number.ts'

const AT_ONCE = 8

/** Settles every number that is ours at Twilio; one that fails is logged and left as it is. */
export async function settleAll({ numbers, settle, config, log }: Context): Promise<void> {
  let cursor: string | null = null
  do {
    const page = await numbers.list({ status: null, organizationId: null }, { limit: 200, cursor })
    const ours = page.rows.filter(
      ({ status }) => !['purchasing', 'released', 'failed'].includes(status),
    )
    const settleOne = (number: PhoneNumber) =>
      settle(number, number.agent_id ?? config.elevenLabs.agentId).catch((err: unknown) =>
        log.warn({ err }, `${number.phone_number} could not be settled`),
      )
    while (ours.length > 0) await Promise.all(ours.splice(0, AT_ONCE).map(settleOne))
    cursor = page.next_cursor
  } while (cursor)
}
