import type { Plan, Rotation } from '../plan.ts'
import { replaceIn } from '../variant.ts'
import { type Mutant, quiet, signUp } from './mutant.ts'

/** A caller is answered while servers have another secret than ElevenLabs, or its imports another token than Twilio. */
const calledMeanwhile = (what: Exclude<Rotation, 'elevenlabs_key'>): Plan => ({
  ...quiet,
  actions: [signUp(0)],
  disturbances: [{ at: 0, kind: 'rotate', what, meanwhile: [{ kind: 'call', isSure: true }] }],
})

/** Of keys and secrets that are exchanged. */
export const ofRotations: Mutant[] = [
  {
    defect: "a person is told to promote Twilio's token before this server answers the calls",
    raises: 'refusedWebhooks',
    sql: replaceIn(
      'private.judge_imports',
      'case when l.turns then clock_timestamp() else p.sync_due_at end',
      'p.sync_due_at',
    ),
    sound: {},
    plan: calledMeanwhile('twilio_token'),
  },
  {
    defect: 'the secret that ElevenLabs asks with is refused as soon as there is another',
    raises: 'refusedWebhooks',
    settings: (now) => ({ ...now, ELEVENLABS_INIT_SECRET_PREVIOUS: '' }),
    sound: {},
    plan: calledMeanwhile('elevenlabs_secret'),
  },
  {
    defect: 'the secret that ElevenLabs signs with is refused as soon as there is another',
    raises: 'refusedWebhooks',
    settings: (now) => ({ ...now, ELEVENLABS_WEBHOOK_SECRET_PREVIOUS: '' }),
    sound: {},
    plan: calledMeanwhile('elevenlabs_signature'),
  },
  {
    defect: 'ElevenLabs is asked with the key of the first start for ever',
    raises: 'unfinished',
    settings: (now, first) => ({ ...now, ELEVENLABS_API_KEY: first.ELEVENLABS_API_KEY ?? '' }),
    shows: /HTTP 401/,
    sound: {},
    plan: {
      ...quiet,
      actions: [signUp(0)],
      disturbances: [
        {
          at: 0,
          kind: 'rotate',
          what: 'elevenlabs_key',
          // Whose number has to be imported.
          afterwards: [{ kind: 'sign_up', areaCode: '604' }],
        },
      ],
    },
  },
]
