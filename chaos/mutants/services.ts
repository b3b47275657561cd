import { replaceIn } from '../variant.ts'
import { type Mutant, quiet } from './mutant.ts'

/** Of Messaging Services. */
export const ofServices: Mutant[] = [
  {
    defect: 'a Messaging Service that an organization is given is kept and takes no number in',
    raises: 'wrongSettings',
    sql: replaceIn(
      'private.messaging_service_of',
      "o.settings ->> ''messaging_service_sid''",
      'null::text',
    ),
    sound: {},
    plan: {
      ...quiet,
      actions: [
        { at: 0, deployment: 0, kind: 'sign_up', areaCode: '415' },
        { at: 100, deployment: 0, kind: 'give_service' },
      ],
      disturbances: [],
    },
  },
]
