import { z } from 'zod'
import { numberFindings } from './left-alone.ts'
import { cause } from './message.ts'
import { counted, ended, Numbers, named, sentences } from './words.ts'

const AT_BOTH =
  'Twilio Console > Phone Numbers > Active numbers and ElevenLabs Dashboard > Phone Numbers'

const ACCEPT_MANY = 'POST /api/admin/reconcile {"mode": "repair", "acceptMany": true}'

const some = (numbers: z.infer<typeof Numbers>, words: (numbers: string) => string) =>
  numbers.count > 0 ? words(named(numbers)) : undefined

/** Of `count` agents; what was found of each, of at most twenty. Facts of an earlier release have no count. */
const Questions = z.object({
  count: z.int().optional(),
  agents: z.array(z.string()).optional(),
  details: z.array(z.string()),
})

function listed({ agents = [], details, count = 0 }: z.infer<typeof Questions>): string {
  const found = details.slice(0, 20).map((detail) => detail.replace(/\.+$/, ''))
  // Of the others it is not known any more what was found.
  const first = [...found, ...agents.slice(found.length, 20)]
  const more = Math.max(count, details.length) - first.length
  return first.join('; ') + (more > 0 ? `; and ${counted(more, 'more agent')}` : '')
}

/** What the comparison with the carriers found, and leaves to a person. */
export const reconcileFindings = {
  ...numberFindings,
  not_repaired: cause(z.object({ reason: z.string(), count: z.int() }), ({ reason, count }) => ({
    what: `The sweep only read and repaired nothing: ${ended(reason)} It found ${counted(count, 'number')} to repair.`,
    steps: [
      'Check whether another server runs with the address stored.',
      'Do what the reason says. POST /api/admin/reconcile {"mode": "repair", "acceptPublicUrl": true} then points every number at this server.',
    ],
    end: 'This then resolves by itself.',
  })),
  unread: cause(z.object({ error: z.string() }), ({ error }) => ({
    what: `The sweep could not read what a carrier lists, and changed nothing: ${ended(error)}`,
    steps: [
      'See https://status.twilio.com or https://status.elevenlabs.io, as the reason says.',
      'POST /api/admin/reconcile {"mode": "repair"} tries again at once.',
    ],
    end: 'This resolves by itself with the next sweep that comes to its end.',
  })),
  missing: cause(z.object({ missing: Numbers, taken: Numbers }), ({ missing, taken }) => ({
    what: sentences(
      some(missing, (numbers) => `Missing at Twilio: ${numbers}. Nobody reaches these.`),
      some(
        taken,
        (numbers) =>
          `Somebody else's at Twilio, as their names or webhooks there say: ${numbers}. Nothing is changed there.`,
      ),
      'None of them is given to an organization any more.',
    ),
    steps: [
      'Twilio Console > Phone Numbers > Active numbers, then Released numbers: see whether they were released, moved to another account, or are in use for something else. A released number can be bought back there for 10 days. If one is ours all the same, remove the name of the other deployment and the webhooks of somebody else there: the server then takes it back.',
      'If one is gone for good, buy its organization another: POST /api/admin/organizations/<id>/phone-numbers/purchase. Take the old one out: POST /api/admin/phone-numbers/<number>/release.',
      'POST /api/admin/reconcile {"mode": "repair"} checks again.',
    ],
    end: 'This resolves by itself once none is left.',
  })),
  held: cause(
    z.object({ gone: Numbers, unlinked: Numbers, unknown: Numbers }),
    ({ gone, unlinked, unknown }) => ({
      what: sentences(
        'The sweep left these numbers as they are, because so many at once may be a wrong answer of a carrier.',
        some(
          gone,
          (numbers) =>
            `Missing at Twilio, or somebody else's there: ${numbers}. They would be given to nobody any more.`,
        ),
        some(
          unlinked,
          (numbers) =>
            `Not known to ElevenLabs by their id, or to Twilio by their SID: ${numbers}. They would be imported again, or take the other SID.`,
        ),
        some(
          unknown,
          (numbers) =>
            `Of this deployment at Twilio, and not known here: ${numbers}. They would go into quarantine, where nobody reaches them.`,
        ),
      ),
      steps: [
        `See ${AT_BOTH}.`,
        'If the numbers are there as ever, check that TWILIO_ACCOUNT_SID and ELEVENLABS_API_KEY in .env belong to the account and the workspace that have them, and that the database is the latest one. Nothing else is to be done.',
        `If it is as described above, ${ACCEPT_MANY} does it.`,
      ],
      end: 'This resolves at the next repair that finds nothing of the kind.',
    }),
  ),
  unconfirmed: cause(Numbers.extend({ detail: z.string() }), ({ detail, ...numbers }) => ({
    what: `The sweep could not confirm ${named(numbers)}: it concluded and changed nothing there, and compared all else. The first: ${ended(detail)}`,
    steps: [
      `See ${AT_BOTH} for what they show of it, and https://status.twilio.com and https://status.elevenlabs.io.`,
      'POST /api/admin/reconcile {"mode": "repair"} checks again, as the loop does.',
    ],
    end: 'This resolves by itself once each can be read.',
  })),
  questions: cause(Questions, (those) => ({
    what: `ElevenLabs does not ask this deployment before its calls, or does not report finished calls to it: ${ended(listed(those))} Callers hear nothing of their organization, or the call ends at once; or the end of a call is known a quarter of an hour late.`,
    steps: [
      "Check whether somebody has run setup:elevenlabs for another deployment, or changed the agent in ElevenLabs' dashboard (Agents > the agent > Security: conversation initiation webhook).",
      "Run npm run setup:elevenlabs with this deployment's settings. If it refuses, do what it says.",
      'POST /api/admin/reconcile {"mode": "repair"} checks again.',
    ],
    end: 'This resolves by itself.',
  })),
  texts: cause(Numbers.extend({ detail: z.string() }), ({ detail, ...numbers }) => ({
    what: `Texts to ${named(numbers)} do not come here, and STOP is not heard, because a Messaging Service takes them away. The first: ${ended(detail)}`,
    steps: [
      'Do what is said of the first for each of the services, or take the numbers out of them (Sender Pool).',
      'POST /api/admin/reconcile {"mode": "repair"} checks again.',
      'Texts of the meantime that Twilio lists are taken in by themselves.',
    ],
    end: 'This resolves by itself once none is left.',
  })),
  marks: cause(Numbers, (those) => ({
    what: `Twilio shows the mark of another quarantine than is known here, or none, of many numbers at once. The database may not be the latest one, so ${those.count} are given to nobody, and changed by nobody: ${named(those)}.`,
    steps: [
      'Check that the database is the latest one. If it is an older backup, follow "Restoring a backup or failing over" in docs/operations.md.',
      'POST /api/admin/reconcile {"mode": "repair"} checks again, and takes up those of which Twilio and the database agree.',
      'Of each that is left, see whether it is in use. POST /api/admin/phone-numbers/<number>/restore keeps it; after that, POST /api/admin/phone-numbers/<number>/release gives it up.',
    ],
    end: 'This resolves by itself once none is left.',
  })),
  lost_imports: cause(Numbers, (those) => ({
    what: `ElevenLabs says of many numbers at once that it does not know their imports. The answer may be wrong, so ${those.count} were left as they are: ${named(those)}.`,
    steps: [
      'ElevenLabs Dashboard > Phone Numbers: see whether they are there.',
      'If they are, check that ELEVENLABS_API_KEY belongs to the workspace that has them. The server asks about them again by itself, and this resolves once each is found.',
      `If they are gone, ${ACCEPT_MANY} has them imported anew, and for an hour whatever else is reported gone.`,
    ],
  })),
  lost_numbers: cause(Numbers, (those) => ({
    what: `Twilio says of many numbers at the end of their quarantine that it does not have them. The answer may be wrong, so ${those.count} are not recorded as released, and may still be paid for: ${named(those)}.`,
    steps: [
      'Twilio Console > Phone Numbers > Active numbers: see whether they are there.',
      'If they are, check that TWILIO_ACCOUNT_SID is the account that has them. The server releases them once a day by itself, and this resolves with the last one.',
      `If they are gone, ${ACCEPT_MANY} has them recorded so, and for an hour whatever else is reported gone.`,
    ],
  })),
}
