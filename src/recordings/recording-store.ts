import { z } from 'zod'
import type { Database } from '../database/db.ts'
import type { Actor } from '../platform/actor.ts'

/** Where a call's recording is at the carriers: on tape, or a conversation. */
const Recorded = z.object({ tape: z.string().nullable(), conversation_id: z.string().nullable() })
export type Recorded = z.infer<typeof Recorded>

const Medium = z.object({ message_sid: z.string(), address: z.string().nullable() })

const Noted = z.object({})

export type RecordingStore = ReturnType<typeof createRecordingStore>

/** Whose recordings and media there are, and who gets them. Carriers' addresses go no further than this module. */
export function createRecordingStore(db: Database) {
  return {
    /** @throws AppError organization_not_found, call_not_found, recording_not_found, recording_not_ready, recording_gone */
    findRecording: (actor: Actor, organizationId: string, callId: string) =>
      db.rpc('find_recording', { actor, organizationId, callId }, Recorded),
    /** Writes it down. @throws AppError as findRecording: what it says may have changed since */
    noteListening: (actor: Actor, organizationId: string, callId: string) =>
      db.rpc('note_listening', { actor, organizationId, callId }, Noted),
    /** @throws AppError organization_not_found, message_not_found, media_not_found */
    findMedium: (actor: Actor, organizationId: string, messageId: string, place: number) =>
      db.rpc('find_medium', { actor, organizationId, messageId, place }, Medium),
    /** Writes it down. @throws AppError as findMedium */
    noteViewing: (actor: Actor, organizationId: string, messageId: string, place: number) =>
      db.rpc('note_viewing', { actor, organizationId, messageId, place }, Noted),
  }
}
