import { digests } from './effects.ts'
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

/** What can be brought back: all rows, and all that the carriers hold, as they are now. */
export async function rewindable(world: World) {
  const before = await digests(world)
  await world.sql(KEEP)
  const rewindTwins = world.twins.keep()

  /** The tables whose rows are not those of then, once what requests began is over. */
  const changed = async (): Promise<string[]> => {
    await Promise.allSettled([...world.context.background])
    const now = await digests(world)
    return [...now].filter(([name, rows]) => before.get(name) !== rows).map(([name]) => name)
  }
  return {
    changed,
    /** Brings everything back; `tables`: what `changed` told, if it was just asked. */
    async rewind(tables?: string[]): Promise<void> {
      for (const name of tables ?? (await changed())) await world.sql(bringBack(name))
      rewindTwins()
    },
  }
}
