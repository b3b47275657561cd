import { z } from 'zod'
import type { Database } from '../../database/db.ts'
import type { NoteImportUrls } from '../sync/sync-number.ts'

/** Kept per number: ElevenLabs chooses its host, by where the workspace keeps its data. */
export function createNoteImportUrls(db: Database): NoteImportUrls {
  return ({ id, elevenlabs_phone_id }, left) =>
    db.rpc(
      'note_import_urls',
      { id, elevenlabsPhoneId: elevenlabs_phone_id, ...left },
      z.object({ noted: z.boolean() }),
    )
}
