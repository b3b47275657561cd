import { releaseHeld, untilHeld } from './held.ts'
import { ADMIN, type Answer, atCarriers, fault, request } from './requests.ts'
import { accountPath, atTwilio } from './twilio-console.ts'
import type { World } from './world.ts'

/** One sweep, as an operator asks for it. */
export function reconcile(world: World, body: unknown): Promise<Answer> {
  return request(world.origin, 'POST', '/api/admin/reconcile', { token: ADMIN, body })
}

export interface SweepFinding {
  class: string
  phoneNumber: string
  organizationId: string | null
  detail: string
  action: string
}

/** What a sweep found about these numbers, or about all. @throws Error when it did not answer 200 */
export async function findingsOf(
  world: World,
  mode: 'dry-run' | 'repair',
  numbers?: string[],
): Promise<SweepFinding[]> {
  const { status, body } = await reconcile(world, { mode })
  if (status !== 200) throw new Error(`no report: ${JSON.stringify(body)}`)
  const findings = body.report.findings as SweepFinding[]
  return numbers ? findings.filter((each) => numbers.includes(each.phoneNumber)) : findings
}

/** The number as Twilio has it. */
export async function numberAtTwilio(world: World, phoneNumber: string) {
  const { twilio } = await atCarriers(world)
  return twilio.numbers.find((row: { phone_number: string }) => row.phone_number === phoneNumber)
}

/** Somebody changes, or releases, a number in Twilio's console. */
export async function inTwilioConsole(
  world: World,
  phoneNumber: string,
  change: Record<string, string> | 'release',
): Promise<void> {
  const { sid } = await numberAtTwilio(world, phoneNumber)
  const path = `${accountPath}/IncomingPhoneNumbers/${sid}.json`
  if (change === 'release') await atTwilio(world.twins, 'DELETE', path)
  else await atTwilio(world.twins, 'POST', path, change)
}

/** Does something while a sweep waits for Twilio's list; answers the sweep's reply. */
export async function duringTheList(
  world: World,
  kind: 'hold_before' | 'hold_after',
  act: () => Promise<unknown>,
  mode: 'dry-run' | 'repair' = 'repair',
): Promise<Answer> {
  await fault(world, 'twilio', 'incomingPhoneNumbers.list', kind)
  const sweeping = reconcile(world, { mode })
  await untilHeld(world)
  await act()
  await releaseHeld(world)
  return sweeping
}

/** Forgets a number and all that hangs on it, as a database restored from yesterday would have. */
export async function forget(world: World, phoneNumber: string): Promise<void> {
  for (const statement of [
    'update number_orders set phone_number_id = null where phone_number_id = $1',
    `update organizations set default_phone_number_id = null where default_phone_number_id in (
       select id from organization_phone_numbers where phone_number_id = $1)`,
    'delete from organization_phone_numbers where phone_number_id = $1',
    'delete from number_order_attempts where phone_number_id = $1',
    'delete from phone_numbers where id = $1',
  ]) {
    await world.sql(
      statement.replace(
        '$1',
        '(select id from phone_numbers where phone_number = $1 order by created_at desc limit 1)',
      ),
      [phoneNumber],
    )
  }
}
