import { describe, expect, test } from 'vitest'
import { outboundLine } from './outbound-line.ts'
import { eleven } from './support.ts'

/** Three finished calls, `call-1` to `call-3`, and what a list of them shows. */
async function threeCalls() {
  const line = await outboundLine()
  const ids: string[] = []
  for (const n of [1, 2, 3]) {
    const data = line.request.conversation_initiation_client_data
    const { body } = await line.dial({
      conversation_initiation_client_data: { ...data, user_id: `call-${n}` },
    })
    await line.idle()
    ids.push(body.conversation_id)
  }
  const list = async (query: string) =>
    (await eleven(line.twins, 'GET', `/convai/conversations?${query}`)).body
  const idsOf = async (query: string) =>
    (await list(query)).conversations.map((row: { conversation_id: string }) => row.conversation_id)
  return { ...line, ids, list, idsOf }
}

describe('conversations, listed', () => {
  test('items, have the documented fields and no cost', async () => {
    const { list, ids, request } = await threeCalls()
    const [item] = (await list('user_id=call-3&summary_mode=include')).conversations
    expect(item).toEqual({
      agent_id: request.agent_id,
      agent_name: 'Jack',
      conversation_id: ids[2],
      start_time_unix_secs: expect.any(Number),
      call_duration_secs: 3,
      message_count: 1,
      status: 'done',
      termination_reason: 'Call ended by remote party',
      call_successful: 'success',
      main_language: 'en',
      conversation_initiation_source: 'twilio',
      direction: 'outbound',
      transcript_summary: 'The customer was called and hung up without saying anything.',
    })
    const [plain] = (await list('user_id=call-3')).conversations
    expect(plain).toEqual({ ...item, transcript_summary: null })
  })

  test('user, agent and time, select', async () => {
    const { idsOf, ids, request, conversation } = await threeCalls()
    expect(await idsOf('user_id=call-2')).toEqual([ids[1]])
    expect(await idsOf('user_id=call-9')).toEqual([])
    expect(await idsOf(`agent_id=${request.agent_id}`)).toHaveLength(3)
    expect(await idsOf('agent_id=nobody')).toEqual([])
    const { metadata } = await conversation(String(ids[2]))
    const start: number = metadata.start_time_unix_secs
    expect(await idsOf(`call_start_after_unix=${start}`)).toContain(ids[2])
    expect(await idsOf(`call_start_after_unix=${start + 1}`)).toEqual([])
    expect(await idsOf('call_start_before_unix=1000')).toEqual([])
  })

  test('pages, followed by their cursors, show everything once and newest first', async () => {
    const { list, ids } = await threeCalls()
    const shown: string[] = []
    for (let cursor = ''; ; ) {
      const page = await list(`page_size=2${cursor}`)
      for (const row of page.conversations) shown.push(row.conversation_id)
      expect(page.has_more).toBe(page.next_cursor !== null)
      if (!page.has_more) break
      cursor = `&cursor=${page.next_cursor}`
    }
    expect(shown).toEqual(ids.toReversed())
  })

  test.each(['page_size=0', 'page_size=101', 'call_start_after_unix=yesterday'])(
    '%s, is a 422',
    async (query) => {
      const { twins } = await outboundLine()
      expect((await eleven(twins, 'GET', `/convai/conversations?${query}`)).status).toBe(422)
    },
  )
})
