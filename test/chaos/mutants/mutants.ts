import type { Mutant } from './mutant.ts'
import { ofNumbers } from './numbers.ts'
import { ofTalks } from './talks.ts'

/** The one that takes longest comes first. */
export const mutants: Mutant[] = [...ofNumbers, ...ofTalks]
