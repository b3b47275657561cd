import { ofAnswers } from './answers.ts'
import { ofBooks } from './books.ts'
import { ofEvents } from './events.ts'
import { ofManualImports } from './manual.ts'
import { ofMonthsEnd } from './months-end.ts'
import type { Mutant } from './mutant.ts'
import { ofNumbers } from './numbers.ts'
import { ofOutages } from './outages.ts'
import { ofRotations } from './rotations.ts'
import { ofServices } from './services.ts'
import { ofTalks } from './talks.ts'
import { ofTimeTravel } from './time-travel.ts'
import { ofTrials } from './trials.ts'

/** The one that takes longest comes first. */
export const mutants: Mutant[] = [
  ...ofNumbers,
  ...ofTimeTravel,
  ...ofOutages,
  ...ofTalks,
  ...ofAnswers,
  ...ofBooks,
  ...ofEvents,
  ...ofManualImports,
  ...ofServices,
  ...ofMonthsEnd,
  ...ofTrials,
  ...ofRotations,
]
