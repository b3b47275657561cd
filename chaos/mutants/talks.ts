import type { Action, Disturbance, Plan, TalkKind } from '../plan.ts'
import { replaceIn } from '../variant.ts'
import { repeating } from './broken-telephony.ts'
import { type Mutant, quiet, signUp } from './mutant.ts'

const talk = (kind: TalkKind) => ({ at: 500, deployment: 0, kind, isSure: true }) as const

const talkedTo = (...actions: Action[]): Plan => ({
  ...quiet,
  actions: [signUp(0), ...actions],
  disturbances: [],
})

/** Rows of that table that come from customers are not kept, and nobody hears of it. */
const losing = (table: string) => `
  create function private.lose() returns trigger language plpgsql as 'begin return null; end';
  create trigger lose before insert on orgline.${table}
    for each row when (new.direction = 'inbound') execute function private.lose()`

/** No agent can be had, so that the caller leaves a message. */
const leavesMessage: Plan = {
  ...talkedTo(talk('call')),
  voice: 'server',
  disturbances: [fails('elevenlabs', 'registerCall')],
}

/** Callers talk to the agent, and the time of some of what they said is over, not of all. */
const endsTalks = talkedTo(...Array.from({ length: 6 }, () => talk('call')), {
  at: 0,
  deployment: 0,
  kind: 'end_recordings',
  ofSome: true,
})

/** They leave messages instead. */
const endsTape: Plan = {
  ...endsTalks,
  voice: 'server',
  disturbances: [fails('elevenlabs', 'registerCall', 20)],
}

function fails(carrier: 'twilio' | 'elevenlabs', operation: string, times = 1): Disturbance {
  return {
    at: 0,
    kind: 'fault',
    carrier,
    operation,
    fault: 'error',
    status: 503,
    times,
    untilMet: true,
  }
}

/** Of what customers say, and what is said to them. */
export const ofTalks: Mutant[] = [
  {
    defect: 'a text is answered and not kept',
    raises: 'texts',
    sql: losing('messages'),
    plan: talkedTo(talk('text')),
  },
  {
    defect: 'a STOP changes nothing',
    raises: 'optOuts',
    sql: replaceIn(
      'private.apply_keyword',
      'elsif not private.has_started_since',
      'elsif false and not private.has_started_since',
    ),
    plan: talkedTo({
      at: 500,
      deployment: 0,
      kind: 'keyword',
      word: 'STOP',
      customer: 0,
      isSure: true,
    }),
  },
  {
    defect: 'a call is answered and not kept',
    raises: 'calls',
    sql: losing('calls'),
    plan: { ...talkedTo(talk('call')), voice: 'server' },
  },
  {
    defect: 'a message on tape is told of and not kept',
    raises: 'voicemails',
    sql: replaceIn(
      'public.record_voicemail',
      'recording_url = p_recording_url,',
      'recording_url = recording_url,',
    ),
    sound: {},
    plan: leavesMessage,
  },
  {
    defect: 'a recording whose time is over is never deleted',
    raises: 'recordings',
    sql: replaceIn('public.claim_recording', 'c.recording_due_at <= v_now', 'false'),
    sound: {},
    plan: endsTape,
  },
  {
    defect: 'recordings of all calls are deleted when one has ended',
    raises: 'recordings',
    telephony: (real) => ({
      ...real,
      async eraseRecordings() {
        for await (const { items } of real.listVoicemails())
          for (const { callSid } of items) await real.eraseRecordings(callSid)
        return 'erased'
      },
    }),
    plan: endsTape,
  },
  {
    defect: 'conversations of all calls are deleted when one has ended',
    raises: 'recordings',
    voiceAgents: (real) => ({
      ...real,
      async eraseConversation(id) {
        const agentId = (await real.getReport(id))?.agentId ?? ''
        for await (const found of real.listConversations({ agentId, from: new Date(0) }))
          for (const { conversationId } of found) await real.eraseConversation(conversationId)
      },
    }),
    sound: {},
    plan: endsTalks,
  },
  {
    defect: 'a message on tape is kept and told to nobody',
    raises: 'unreported',
    sql: replaceIn(
      'private.notify',
      'values (p_type, p_subject, p_facts, p_organization_id, p_phone_number, p_phone_numbers)',
      "select p_type, p_subject, p_facts, p_organization_id, p_phone_number, p_phone_numbers where p_type <> ''call_routing_failed''",
    ),
    plan: leavesMessage,
  },
  {
    defect: 'a text that is nobody’s is told to nobody',
    raises: 'unreported',
    sql: replaceIn(
      'private.notify',
      'values (p_type, p_subject, p_facts, p_organization_id, p_phone_number, p_phone_numbers)',
      "select p_type, p_subject, p_facts, p_organization_id, p_phone_number, p_phone_numbers where p_type <> ''sms_routing_failed''",
    ),
    sound: {},
    plan: {
      ...quiet,
      actions: [
        { at: 0, deployment: 0, kind: 'batch', count: 1, areaCode: '604' },
        { at: 200, deployment: 0, kind: 'stray_text' },
      ],
      disturbances: [],
    },
  },
  {
    defect: 'a text that went unanswered is sent again',
    raises: 'misreached',
    telephony: repeating,
    sound: {},
    plan: {
      ...talkedTo(talk('text_back')),
      disturbances: [
        {
          at: 0,
          kind: 'fault',
          carrier: 'twilio',
          operation: 'messages.create',
          fault: 'lost_reply',
          times: 1,
          untilMet: true,
          ms: 50,
        },
      ],
    },
  },
  {
    defect: 'a call whose server died while it was dialled is dialled again',
    raises: 'misreached',
    sql: replaceIn(
      'private.is_not_dialled',
      "c.direction = ''outbound'' and c.status = ''failed''",
      "c.direction = ''outbound'' or c.status = ''failed''",
    ),
    // The server waits until it is killed, however late that comes.
    settings: (now) => ({ ...now, CARRIER_TIMEOUT_MS: '15000' }),
    sound: {},
    plan: {
      ...talkedTo(talk('dial')),
      disturbances: [
        {
          at: 0,
          kind: 'kill_at',
          carrier: 'elevenlabs',
          operation: 'outboundCall',
          hold: 'hold_after',
          skip: 0,
          leasesEnd: true,
        },
      ],
    },
  },
]
