import { replaceIn } from '../variant.ts'
import { type Mutant, quiet, signUp } from './mutant.ts'

/** Of a month that ends. */
export const ofMonthsEnd: Mutant[] = [
  {
    defect: 'a number costs something in the month of its purchase alone',
    raises: 'misbilled',
    shows: /"numbers":2000000.*taken.*"numbers":4000000/,
    sql: replaceIn(
      'private.number_charges',
      'paid.gone_at is null or paid.charged_at < paid.gone_at',
      'false',
    ),
    sound: {},
    plan: {
      ...quiet,
      endsMonth: true,
      actions: [
        signUp(0),
        signUp(500),
        { at: 1_000, deployment: 0, kind: 'release', afterSignUps: true },
      ],
      disturbances: [],
    },
  },
]
