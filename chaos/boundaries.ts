import { inTurn } from './in-turn.ts'
import type { Boundary, Carrier } from './plan.ts'

export const CREATE = 'incomingPhoneNumbers.create'

/** The requests of the pipeline, of conclude and of the release. */
export const OPERATIONS: [Carrier, string][] = [
  ['twilio', 'availablePhoneNumbers.list'],
  ['twilio', CREATE],
  ['twilio', 'incomingPhoneNumbers.list'],
  ['twilio', 'incomingPhoneNumbers.fetch'],
  ['twilio', 'incomingPhoneNumbers.update'],
  ['twilio', 'incomingPhoneNumbers.remove'],
  ['elevenlabs', 'phoneNumbers.list'],
  ['elevenlabs', 'phoneNumbers.create'],
  ['elevenlabs', 'phoneNumbers.get'],
  ['elevenlabs', 'phoneNumbers.delete'],
]

/** Every moment at which a carrier has just been asked, or has just done what it was asked. */
const PIPELINE: Boundary[] = OPERATIONS.flatMap(([carrier, operation]) =>
  (['hold_before', 'hold_after'] as const).flatMap((hold) =>
    [0, 1].map((skip) => ({ carrier, operation, hold, skip })),
  ),
)

/** The same of what reaches a customer. */
const TALKS: Boundary[] = (['hold_before', 'hold_after'] as const).flatMap((hold) => [
  { carrier: 'twilio', operation: 'messages.create', hold, skip: 0 },
  { carrier: 'elevenlabs', operation: 'outboundCall', hold, skip: 0 },
])

/** All such moments in turn. */
export const boundaryOfPipeline = (turn: number) => inTurn(PIPELINE, turn)
export const boundaryOfTalks = (turn: number) => inTurn(TALKS, turn)
