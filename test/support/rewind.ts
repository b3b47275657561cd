import { digests } from './effects.ts'
import { atCarriers, control } from './requests.ts'
import type { World } from './world.ts'

const KEEP = `
  do $$ declare name text; begin
    create schema kept;
    for name in select table_name from information_schema.tables
      where table_schema = 'orgline' and table_type = 'BASE TABLE' loop
      execute format('create table kept.%1$I as table orgline.%1$I', name);
    end loop;
  end $$`

/** Without foreign keys and triggers, which would have the rows come back in another order, or changed. */
const bringBack = (name: string) => `
  do $$ declare columns text; begin
    perform set_config('session_replication_role', 'replica', true);
    select string_agg(quote_ident(column_name), ', ') into columns from information_schema.columns
      where table_schema = 'orgline' and table_name = '${name}' and is_generated = 'NEVER';
    delete from orgline.${name};
    execute format('insert into orgline.${name} (%1$s) overriding system value select %1$s from kept.${name}', columns);
  end $$`

/** Of a carrier's state, what it was asked. */
const ofRequests = ['requests', 'inFlight', 'maxInFlight', 'maxInFlightTotal']

/** What each carrier holds; the log of what it was asked is emptied, so that it takes no time to read. */
async function heldByCarriers(world: World): Promise<Map<string, string>> {
  await control(world, 'DELETE', 'requests')
  const { twilio, elevenlabs } = await atCarriers(world)
  const texts = Object.entries({ twilio, elevenlabs }).map(([carrier, state]) => {
    const held = Object.entries(state).filter(([name]) => !ofRequests.includes(name))
    return [carrier, JSON.stringify(held)] as const
  })
  return new Map(texts)
}

/** What can be brought back: all rows, and all that the carriers hold, as they are now. */
export async function rewindable(world: World) {
  // A price that comes later would be a change by nobody.
  await control(world, 'POST', 'settings', { priceDelayMs: 0 })
  const [before, held] = [await digests(world), await heldByCarriers(world)]
  await world.sql(KEEP)
  const rewindTwins = world.twins.keep()

  /** The tables whose rows are not those of then, once what requests began is over. */
  const changed = async (): Promise<string[]> => {
    await Promise.allSettled([...world.context.background])
    return differing(before, await digests(world))
  }
  return {
    changed,
    /** The carriers that hold something else than then; to be asked after `changed`. */
    changedAtCarriers: async () => differing(held, await heldByCarriers(world)),
    /** Brings everything back; `tables`: what `changed` told, if it was just asked. */
    async rewind(tables?: string[]): Promise<void> {
      for (const name of tables ?? (await changed())) await world.sql(bringBack(name))
      rewindTwins()
    },
  }
}

function differing(then: Map<string, string>, now: Map<string, string>): string[] {
  return [...now].filter(([name, held]) => then.get(name) !== held).map(([name]) => name)
}
