import type { Telephony } from '../src/carriers/ports/telephony.ts'

/** The product with something changed, to arrange a circumstance or to break it on purpose. */
export interface Variant {
  /** What becomes of the way a server talks to Twilio. */
  telephony?: ChangeTelephony
  /** Run in the database after the migration. */
  sql?: string
}

/** `databaseUrl`: what the servers of a deployment have in common. */
export type ChangeTelephony = (real: Telephony, databaseUrl: string) => Telephony

/** Replaces a part of an SQL function; raises where there is no such part. */
export const replaceIn = (name: string, part: string, by: string) => `
  do $mutation$
  declare
    v_text text := pg_get_functiondef('${name}'::regproc);
  begin
    if position('${part}' in v_text) = 0 then
      raise exception '${name} has no "${part}" to replace';
    end if;
    execute replace(v_text, '${part}', '${by}');
  end
  $mutation$`
