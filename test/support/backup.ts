import type { World } from './world.ts'

/**
 * Backs the database of a world up. The answer puts every row back, under the running server, as a
 * restored backup does: what the carriers did since stays done.
 */
export async function backUp(world: World): Promise<() => Promise<void>> {
  const schema = `backup_${Date.now()}`
  await world.sql(`do $$ declare t text; begin
    create schema ${schema};
    ${forEachTable(`'create table ${schema}.%1$I as table orgline.%1$I'`)}
  end $$`)
  return async () => {
    await world.sql(`do $$ declare t text; begin
      -- Neither triggers nor foreign keys have a say while rows are put back.
      set local session_replication_role = replica;
      ${forEachTable(`'delete from orgline.%1$I where true'`)}
      ${forEachTable(`'insert into orgline.%1$I (%2$s) overriding system value select %2$s from ${schema}.%1$I'`)}
    end $$`)
  }
}

const forEachTable = (statement: string) =>
  `for t in select tablename from pg_tables where schemaname = 'orgline' loop
     execute format(${statement}, t, (
       select string_agg(quote_ident(attname), ', ') from pg_attribute
       where attrelid = format('orgline.%I', t)::regclass and attnum > 0 and not attisdropped and attgenerated = ''));
   end loop;`
