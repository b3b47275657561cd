import { MISSED } from './ask-agent.ts'
import { type CarrierState, type CarrierText, secondOf } from './carriers.ts'
import type { Holders } from './holdings.ts'
import { isAmerican } from './lines.ts'
import type { Played, Question } from './played.ts'
import type { World } from './world.ts'

/** A text that asks, as a database has it, and what became of it. */
interface Row {
  sid: string
  isLate: boolean
  turn: { id: string; isOpen: boolean; status: string; reason: string | null } | null
  /** Of a turn that failed: an event and a notification of this customer say so. */
  isReported: boolean
}

interface Known {
  rows: Row[]
  /** Of organizations, by their ids. */
  names: Record<string, string>
  /** Answers of agents that were recorded after a person had taken over. */
  talkedOver: { answer: string; person: string }[]
}

const ANSWERS = `select jsonb_build_object(
  'names', (select coalesce(jsonb_object_agg(o.id, o.name), '{}') from orgline.organizations o),
  'rows', (select coalesce(jsonb_agg(jsonb_build_object(
    'sid', m.provider_message_id,
    'isLate', coalesce(m.caught_up_at > m.created_at + interval '10 minutes', false),
    'turn', case when t.id is not null then jsonb_build_object(
      'id', t.id, 'isOpen', t.due_at is not null, 'status', t.status, 'reason', t.reason) end,
    'isReported', exists (
        select from orgline.events e join orgline.messages k on k.id::text = e.facts ->> 'id' and k.text_turn_id = t.id
        where e.type = 'text_reply.failed' and e.organization_id = t.organization_id)
      and exists (
        select from orgline.admin_notifications n
        where n.type = 'text_reply_failed' and n.organization_id = t.organization_id
          -- One row tells of all customers where their agent, or a limit of them all, was the cause.
          and (n.facts ->> 'customer' = t.customer or n.subject = t.organization_id::text
            and t.reason ~ '^(agent_silent$|voice_platform_|replies_of_|replies_in_a_day$)|_spend_reached$')))), '[]')
    from orgline.messages m left join orgline.text_turns t on t.id = m.text_turn_id
    where m.direction = 'inbound' and m.body like 'Question %'),
  'talkedOver', (select coalesce(jsonb_agg(jsonb_build_object('answer', a.body, 'person', p.body)), '[]')
    from orgline.messages a join orgline.messages p on p.organization_id = a.organization_id and p.contact_id = a.contact_id
    where a.direction = 'outbound' and a.text_turn_id is not null
      and p.direction = 'outbound' and p.body like 'Ann here, %' and p.counted_at < a.counted_at)) as known`

/** What is wrong with the answers of agents, in words. */
export async function judgeAnswers(
  world: World,
  { questions, handovers }: Played,
  atCarriers: CarrierState,
  holders: Holders,
) {
  const read = async ({ database }: { database: string }): Promise<Known> => {
    const [row] = await world.cluster.query<{ known: Known }>(database, ANSWERS)
    return row?.known ?? { rows: [], names: {}, talkedOver: [] }
  }
  const present = await Promise.all(world.deployments.map(read))
  const past = await Promise.all(world.lost.map(read))
  const names = Object.assign({}, ...[...past, ...present].map((each) => each.names))
  const rows = new Map(present.flatMap((each) => each.rows).map((row) => [row.sid, row]))
  const { messages } = atCarriers.twilio
  const sent = messages.filter(({ direction }) => direction === 'outbound-api')
  const answersTo = ({ mark }: Question) => sent.filter(({ body }) => body.includes(mark))

  const isOwed = (question: Question, text: CarrierText): boolean => {
    const { deployment, organizationId, number, customer, switchedOn } = question
    const isLost = world.lost.some(
      (each) =>
        each.deployment === deployment &&
        switchedOn.begun < each.until &&
        switchedOn.ended > each.since,
    )
    return (
      !isLost &&
      holders.throughout(number, secondOf(text), Date.now(), true) === organizationId &&
      !messages.some(({ from, body }) => from === customer && body === 'STOP') &&
      !handovers.some((by) => by.organizationId === organizationId && by.customer === customer) &&
      !(world.hasServices && isAmerican(number))
    )
  }
  /** Undefined: it was answered, or need not be. */
  const whyUnanswered = (question: Question): string | undefined => {
    const text = messages.find(({ body }) => body === question.mark)
    const row = rows.get(text?.sid ?? '')
    // One that was caught up may be answered a second time.
    if (row?.turn?.isOpen) return `not over: ${JSON.stringify(question)}: ${JSON.stringify(row)}`
    if (!text || answersTo(question).length > 0 || !isOwed(question, text)) return undefined
    // A text that is nowhere is counted among texts.
    if (!row || row.isLate || (row.turn?.status === 'failed' && row.isReported)) return undefined
    // Somebody was answered in that second, in a time that was lost: whether this one was, too, Twilio does not tell.
    const isInDoubt = sent.some(
      ({ from, to, date_created }) =>
        from === question.number && to === question.customer && date_created === text.date_created,
    )
    if (row.turn?.reason === 'answered_before' && isInDoubt) return undefined
    return `${JSON.stringify(question)}: ${JSON.stringify(row)}`
  }

  return {
    answeredTwice: questions.flatMap((question) => {
      const answers = answersTo(question)
      return answers.length > 1
        ? [`${JSON.stringify(question)}: ${JSON.stringify(answers.map(shown))}`]
        : []
    }),
    unanswered: questions.flatMap((question) => whyUnanswered(question) ?? []),
    answeredElsewhere: questions.flatMap((question) =>
      answersTo(question)
        .filter(({ from, to }) => from !== question.number || to !== question.customer)
        .map((answer) => `${JSON.stringify(question)}: ${JSON.stringify(shown(answer))}`),
    ),
    othersWords: othersWords(questions, names, atCarriers),
    missedTwice: missedTwice(sent),
    talkedOver: present.flatMap((each) => each.talkedOver).map((each) => JSON.stringify(each)),
  }
}

/** One text from one number, however often they called: no plan takes a day. */
function missedTwice(sent: CarrierText[]): string[] {
  const ofCallers = sent.filter(({ body }) => body.startsWith(MISSED))
  return [...Map.groupBy(ofCallers, ({ from, to }) => `${from} ${to}`).values()]
    .filter(({ length }) => length > 1)
    .map((texts) => JSON.stringify(texts.map(shown)))
}

const shown = ({ sid, from, to, body, date_created: at }: CarrierText) => ({
  sid,
  from,
  to,
  body,
  at,
})

/** Answers and conversations in which one organization's name and another's questions are. */
function othersWords(
  questions: Question[],
  names: Record<string, string>,
  { twilio, elevenlabs }: CarrierState,
): string[] {
  const asked = new Map(questions.map((question) => [question.mark, question]))
  const isOf = (name: string, text: string) =>
    marksIn(text).every((mark) => names[asked.get(mark)?.organizationId ?? ''] === name)
  const answers = twilio.messages.filter(({ direction, body }) => {
    const [, name] = /^This is (.*?)\. I have noted/.exec(body) ?? []
    return direction === 'outbound-api' && name !== undefined && !isOf(name, body)
  })
  const conversations = elevenlabs.conversations.filter(
    ({ metadata, transcript, conversation_initiation_client_data: { dynamic_variables: of } }) => {
      if (!metadata.text_only || !of.organization_id) return false
      const said = transcript.map(({ message }) => message).join(' ')
      const name = String(of.organization_name)
      return (
        names[String(of.organization_id)] !== name ||
        !isOf(name, `${of.conversation_context} ${said}`)
      )
    },
  )
  return [
    ...answers.map((answer) => JSON.stringify(shown(answer))),
    ...conversations.map((each) => JSON.stringify(each)),
  ]
}

const marksIn = (text: string): string[] => text.match(/Question [0-9a-f-]{36}/g) ?? []
