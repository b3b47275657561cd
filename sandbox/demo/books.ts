import type { Json } from './narrator.ts'
import { ADMIN, atCarriers, type Dealer, NUMBER_PRICE, type Stage } from './stage.ts'

/**
 * What everything cost, and whom every number belongs to: one to each of the dealers, the `idle`
 * ones to nobody.
 */
export async function balances(
  stage: Stage,
  { dealers, idle }: { dealers: Dealer[]; idle: string[] },
): Promise<void> {
  const { api, narrator } = stage
  const { twilio, elevenlabs } = await atCarriers(stage)
  const { numbers, messages, calls } = twilio.spentBy
  const dollars = (micros: number) => `$${(micros / 1_000_000).toFixed(2)}`
  narrator.report(
    `${twilio.numbers.length} numbers: ${dollars(numbers)}; messages: ${dollars(messages)}; calls: ${dollars(calls)}; conversations: ${dollars(elevenlabs.spent)}`,
  )
  const count = dealers.length + idle.length
  narrator.claim(
    `${count} numbers, each paid once: ${dealers.length} for dealerships, ${idle.length} idle in the pool`,
    twilio.numbers.length === count && numbers === count * NUMBER_PRICE,
  )
  const { phoneNumbers } = await narrator.send({
    method: 'GET',
    url: `${api}/api/admin/phone-numbers`,
    token: ADMIN,
    show: (answer) =>
      answer.phoneNumbers.map(
        (row: Json) => `${row.phone_number} ${row.status} ${row.organization_name ?? '(idle)'}`,
      ),
  })
  const find = (number: string) => phoneNumbers.find((row: Json) => row.phone_number === number)
  const isIdle = (row: Json) => row?.status === 'configured' && row.organization_name === null
  narrator.claim(
    'every number paid for is one we know: its owner’s, or idle',
    twilio.numbers.every((row: Json) => find(row.phone_number)) &&
      dealers.every(({ name, number }) => find(number)?.organization_name === name) &&
      idle.every((number) => isIdle(find(number))),
  )
}
