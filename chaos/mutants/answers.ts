import type { Action, Disturbance, GoBack, Plan } from '../plan.ts'
import { type ChangeTelephony, replaceIn } from '../variant.ts'
import { type Mutant, quiet, signUp } from './mutant.ts'

const question: Action = { at: 0, deployment: 0, kind: 'question', customer: 4, isSure: true }

const asked = (...disturbances: Disturbance[]): Plan => ({
  ...quiet,
  actions: [signUp(0), question],
  disturbances,
})

/** What was answered is answered in a time that is lost. */
const lostAround = (around: NonNullable<GoBack['around']>): Plan => ({
  ...quiet,
  actions: [signUp(0)],
  disturbances: [
    {
      at: 0,
      kind: 'go_back',
      deployment: 0,
      ms: 0,
      by: 'standby',
      isKilled: false,
      isOutdated: false,
      around,
    },
  ],
})

/** Does not find what was sent to a customer. */
const unseeing: ChangeTelephony = (real) => ({ ...real, listSentTexts: async () => [] })

/** Texts from another number of the account. */
const fromAnother: ChangeTelephony = (real) => ({
  ...real,
  async sendMessage(message) {
    for await (const page of real.listNumbers({ expected: 0 })) {
      const other = page.find(({ phoneNumber }) => phoneNumber !== message.from)
      if (other) return real.sendMessage({ ...message, from: other.phoneNumber })
    }
    throw new Error('there is no other number')
  },
})

/** The agent gives no answer, as often as it is asked. */
const silenced: Disturbance = {
  at: 0,
  kind: 'fault',
  carrier: 'elevenlabs',
  operation: 'textConversation',
  fault: 'dies',
  times: 3,
  untilMet: true,
}

/** Of agents that answer texts. */
export const ofAnswers: Mutant[] = [
  {
    defect: 'a text of a restored backup is answered without a look at what was',
    raises: 'answeredTwice',
    telephony: unseeing,
    sound: {},
    plan: lostAround('answer'),
  },
  {
    defect: 'a text that is caught up is answered without a look at what was',
    raises: 'answeredTwice',
    telephony: unseeing,
    sound: {},
    plan: lostAround('question'),
  },
  {
    defect: 'a text waits for no agent',
    raises: 'unanswered',
    sql: replaceIn('private.join_turn', 'm.contact_id is null or', 'true or'),
    sound: {},
    plan: asked(),
  },
  {
    defect: 'an agent that does not answer is told to no person',
    raises: 'unanswered',
    sql: replaceIn(
      'private.end_turn',
      "if p_status = ''failed'' then",
      "if p_status = ''missing'' then",
    ),
    sound: {},
    plan: asked(silenced),
  },
  {
    defect: 'a text is answered from another number',
    raises: 'answeredElsewhere',
    telephony: fromAnother,
    plan: asked(),
  },
  {
    defect: 'an agent is told that it speaks for another organization',
    raises: 'othersWords',
    sql: replaceIn(
      'private.turn_claim',
      'private.agent_organization(o, ',
      'private.agent_organization((select x from orgline.organizations x where x.id <> o.id limit 1), ',
    ),
    plan: { ...asked(), actions: [signUp(0), signUp(0), question] },
  },
  {
    defect: 'a person who texts a customer does not take over',
    raises: 'talkedOver',
    sql: replaceIn(
      'private.take_over',
      'where id = p_contact_id',
      'where false and id = p_contact_id',
    ),
    sound: {},
    plan: {
      ...asked(),
      actions: [signUp(0), { ...question, kind: 'hand_over' }],
    },
  },
  {
    defect: 'a missed caller is texted after each call',
    raises: 'missedTwice',
    sql: replaceIn(
      'private.has_room_for_missed',
      "e.missed_text_at > now() - interval ''1 day''",
      'false',
    ),
    sound: {},
    plan: {
      ...asked(),
      actions: [signUp(0), { at: 0, deployment: 0, kind: 'missed_calls', isSure: true }],
    },
  },
  {
    defect: 'a conversation in writing costs nothing',
    raises: 'misbilled',
    shows: /"textReplies":0.*taken.*"textReplies":[1-9]/,
    sql: replaceIn('private.note_text_cost', 'set price = p_cost', 'set price = 0'),
    plan: asked(),
  },
]
