import type { Telephony } from '../src/carriers/ports/telephony.ts'
import type { VoiceAgents } from '../src/carriers/ports/voice-agents.ts'

/** The product with something changed, to arrange a circumstance or to break it on purpose. */
export interface Variant {
  /** What becomes of the way a server talks to Twilio. */
  telephony?: ChangeTelephony
  /** What becomes of the way it talks to ElevenLabs. */
  voiceAgents?: ChangeVoiceAgents
  /** What becomes of the settings that a server is started with again; `first`: those of its first start. */
  settings?: (now: Settings, first: Settings) => Settings
  /** Run in the database after the migration. */
  sql?: string
  /** Words by which it shows that something is broken: what says so is not waited for. */
  shows?: RegExp
}

type Settings = Record<string, string>

/** `databaseUrl`: what the servers of a deployment have in common. */
export type ChangeTelephony = (real: Telephony, databaseUrl: string) => Telephony

/** `databaseUrl`: as above. */
export type ChangeVoiceAgents = (real: VoiceAgents, databaseUrl: string) => VoiceAgents

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
