import type { Database } from '../../database/db.ts'
import type { Actor } from '../../platform/actor.ts'
import { Quarantine } from './quarantine.ts'

/** A number of an organization; or, for an operator, of whoever has or had it. */
export type NumberOf = { actor: Actor; phoneNumber: string } & (
  | { organizationId: string }
  | { ofAnyone: true }
)

export type QuarantineStore = ReturnType<typeof createQuarantineStore>

export function createQuarantineStore(
  db: Database,
  { quarantineDays }: { quarantineDays: number },
) {
  return {
    quarantine: ({ actor, phoneNumber, ...whose }: NumberOf) => {
      const number = { actor, phoneNumber, quarantineDays }
      return 'ofAnyone' in whose
        ? db.rpc('quarantine_any_phone_number', number, Quarantine)
        : db.rpc('quarantine_phone_number', { ...number, ...whose }, Quarantine)
    },
    restore: ({ actor, phoneNumber, ...whose }: NumberOf) => {
      const number = { actor, phoneNumber }
      return 'ofAnyone' in whose
        ? db.rpc('restore_any_phone_number', number, Quarantine)
        : db.rpc('restore_phone_number', { ...number, ...whose }, Quarantine)
    },
    get: (id: string) => db.rpc('get_quarantine', { id }, Quarantine),
  }
}
