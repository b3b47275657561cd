import { replaceIn } from '../variant.ts'
import { type Mutant, quiet, signUp } from './mutant.ts'

const manual = { ...quiet, isManual: true, actions: [signUp(0)], disturbances: [] }

/** Of what a person imports. */
export const ofManualImports: Mutant[] = [
  {
    defect: 'a number that a person is to import is told to nobody',
    raises: 'leftBehind',
    sql: replaceIn(
      'private.notify',
      'values (p_type, p_subject, p_facts, p_organization_id, p_phone_number, p_phone_numbers)',
      "select p_type, p_subject, p_facts, p_organization_id, p_phone_number, p_phone_numbers where p_type <> ''elevenlabs_import_required''",
    ),
    sound: {},
    plan: manual,
  },
]
