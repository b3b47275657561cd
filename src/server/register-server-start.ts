import { z } from 'zod'
import type { Config } from '../config/config.ts'
import type { Database } from '../database/db.ts'
import { mailKindsOf } from '../notifications/mail/module.ts'
import { tokenHashOf } from '../phone-numbers/imports/token-hash.ts'
import { noteUnknownDestinations } from '../phone-numbers/note-destinations.ts'

/**
 * The settings of the server that was started last are those that numbers go by: the ones that go by
 * INBOUND_VOICE or ELEVENLABS_AGENT_ID are `due` for the sync loop where these are others than before,
 * agents that answer texts are due where TEXT_REPLIES_PER_DAY is another, TWILIO_AUTH_TOKEN is what imports are to be made
 * with, DEFAULT_PHONE_NUMBER is no customer's, destinations of an earlier release get their countries, and mails wait where SMTP_URL lets somebody send them.
 */
export async function registerServerStart(
  db: Database,
  {
    voice,
    elevenLabs,
    publicUrl,
    twilio,
    calls,
    spending,
    mail,
  }: Pick<Config, 'voice' | 'elevenLabs' | 'publicUrl' | 'twilio' | 'calls' | 'spending' | 'mail'>,
) {
  await db.rpc('note_token', { tokenHash: tokenHashOf(twilio), publicUrl }, z.object({}))
  await noteUnknownDestinations(db)
  await db.rpc('note_mail_kinds', { kinds: mailKindsOf({ mail }), publicUrl }, z.object({}))
  return db.rpc(
    'register_server_start',
    {
      inboundVoice: voice.inbound,
      agentId: elevenLabs.agentId,
      publicUrl,
      defaultPhoneNumber: calls.fallback?.phoneNumber ?? null,
      dailyReplies: spending.dailyReplies,
    },
    z.object({ deployment: z.string(), due: z.int() }),
  )
}
