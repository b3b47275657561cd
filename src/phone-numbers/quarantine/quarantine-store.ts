import type { Database } from '../../database/db.ts'
import { Quarantine } from './quarantine.ts'

/** Whose number it is; organization null: an operator, for whoever has or had it. */
export interface NumberOf {
  userId: string | null
  organizationId: string | null
  phoneNumber: string
}

export type QuarantineStore = ReturnType<typeof createQuarantineStore>

export function createQuarantineStore(db: Database, options: { quarantineDays: number }) {
  return {
    release: (number: NumberOf) =>
      db.rpc(
        'release_phone_number',
        { ...number, quarantineDays: options.quarantineDays },
        Quarantine,
      ),
    restore: (number: NumberOf) => db.rpc('restore_phone_number', number, Quarantine),
    get: (id: string) => db.rpc('get_quarantine', { id }, Quarantine),
  }
}
