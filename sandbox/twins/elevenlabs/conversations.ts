import { bytesOf } from '../core/bytes.ts'
import type { Call, Operation } from '../core/operation.ts'
import type { World } from '../core/world.ts'
import { checkChoices } from './conversation-choices.ts'
import { elevenLabsError, notFound } from './errors.ts'
import type { ConversationRow } from './model.ts'
import { cursorPage, pageParams } from './paging.ts'

/** How many bytes a second of what was said takes. */
const BYTES_A_SECOND = 4_000

/** The conversations, newest first; both bounds of the time they started are inclusive. */
export function conversationOperations(world: World): Operation[] {
  return [
    {
      name: 'conversations.list',
      method: 'get',
      path: '/v1/convai/conversations',
      query: [...pageParams, ...filters, 'summary_mode'],
      handle(call) {
        checkChoices(call)
        const rows = select(world, call).toReversed()
        const page = cursorPage({ rows, idOf: (row) => row.conversation_id, call })
        const conversations = page.rows.map((row) => itemOf(row, call.query.summary_mode))
        return { status: 200, body: { conversations, ...page.next } }
      },
    },
    {
      name: 'conversations.get',
      method: 'get',
      path: '/v1/convai/conversations/:id',
      handle({ params }) {
        return { status: 200, body: find(world, params.id) }
      },
    },
    {
      name: 'conversations.audio.get',
      method: 'get',
      path: '/v1/convai/conversations/:id/audio',
      handle({ params }) {
        const row = find(world, params.id)
        if (row.status !== 'done' || !row.has_audio)
          throw notFound('Audio of conversation', params.id)
        // As MP3, and how much it is nobody is told beforehand; nor is there a part of it.
        const length = row.metadata.call_duration_secs * BYTES_A_SECOND
        const body = bytesOf(row.conversation_id, length)
        return { status: 200, type: 'audio/mpeg', body, isChunked: true }
      },
    },
    {
      name: 'conversations.delete',
      method: 'delete',
      path: '/v1/convai/conversations/:id',
      handle({ params }) {
        const row = find(world, params.id)
        world.change(({ elevenlabs }) => {
          elevenlabs.conversations = elevenlabs.conversations.filter((each) => each !== row)
          elevenlabs.conversationsRemoved.push(row.conversation_id)
          delete elevenlabs.callFailures[row.conversation_id]
        })
        return { status: 200, body: {} }
      },
    },
  ]
}

function find(world: World, id: string | undefined): ConversationRow {
  const { conversations } = world.state.elevenlabs
  const row = conversations.find((each) => each.conversation_id === id)
  if (row === undefined) throw notFound('Conversation', id)
  return row
}

/** What a list can be asked for, beside its pages. */
const filters = [
  'agent_id',
  'user_id',
  'call_start_after_unix',
  'call_start_before_unix',
  'call_successful',
  'conversation_initiation_source',
] as const

function successOf({ analysis }: ConversationRow): string {
  return analysis?.call_successful ?? 'unknown'
}

function select(world: World, call: Call): ConversationRow[] {
  const { agent_id: agentId, user_id: userId, call_successful: success } = call.query
  const { conversation_initiation_source: source } = call.query
  const after = readTime(call, 'call_start_after_unix') ?? 0
  const before = readTime(call, 'call_start_before_unix') ?? Number.POSITIVE_INFINITY
  return world.state.elevenlabs.conversations.filter((row) => {
    const start = row.metadata.start_time_unix_secs
    if (agentId !== undefined && row.agent_id !== agentId) return false
    if (userId !== undefined && row.user_id !== userId) return false
    if (success !== undefined && successOf(row) !== success) return false
    const { conversation_initiation_source: own } = row.metadata
    if (source !== undefined && own !== source) return false
    return start >= after && start <= before
  })
}

function readTime({ query }: Call, name: string): number | undefined {
  const text = query[name]
  if (text === undefined) return undefined
  if (/^\d+$/.test(text)) return Number(text)
  throw elevenLabsError(422, 'invalid_parameters', `${name} must be Unix seconds`)
}

/** The item of a list; it has no cost, and a summary only in the summary mode `include`. */
function itemOf(row: ConversationRow, summaryMode: string | undefined): unknown {
  const summary = summaryMode === 'include' ? row.analysis?.transcript_summary : undefined
  return {
    agent_id: row.agent_id,
    agent_name: row.agent_name,
    conversation_id: row.conversation_id,
    start_time_unix_secs: row.metadata.start_time_unix_secs,
    call_duration_secs: row.metadata.call_duration_secs,
    message_count: row.transcript.length,
    status: row.status,
    termination_reason: row.metadata.termination_reason,
    call_successful: successOf(row),
    main_language: row.metadata.main_language,
    conversation_initiation_source: row.metadata.conversation_initiation_source,
    direction: row.metadata.phone_call?.direction ?? null,
    transcript_summary: summary ?? null,
  }
}
