import { until } from './until.ts'
import type { World } from './world.ts'

/** What tells an operator of a deployment that Twilio may sign with the other token, or that nothing waits for it. */
const MAY_COME = `
  select exists (
    select from orgline.admin_notifications n
    where n.type = 'imports_outdated' and n.subject = 'promote' and n.status = 'pending'
  ) or not exists (
    select from orgline.phone_numbers p
    where p.elevenlabs_phone_id is not null and private.is_in_use(p.status) and private.can_change_sides(p)
  ) as is_so`

const IS_OVER = `
  select not exists (
    select from orgline.admin_notifications n where n.type = 'imports_outdated' and n.status = 'pending') as is_so`

/** Waits, within bounds, until every deployment says that the secondary token is to be promoted. */
export const untilPromotionMayCome = (world: World) => untilAllSay(MAY_COME, world)

/** Waits, within bounds, until no deployment has imports of an earlier token, or a person to tell of them. */
export const untilExchangeIsOver = (world: World) => untilAllSay(IS_OVER, world)

function untilAllSay(sql: string, { cluster, deployments }: World): Promise<boolean> {
  const says = async ({ database }: { database: string }) => {
    // A database that is away says nothing.
    const rows = await cluster.query<{ is_so: boolean }>(database, sql).catch(() => [])
    return rows[0]?.is_so === true
  }
  return until(async () => (await Promise.all(deployments.map(says))).every(Boolean))
}
