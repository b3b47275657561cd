import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { aConversation, postCall } from '../support/post-call.ts'
import { expectProblem, wrongParts } from '../support/problems.ts'
import { ADMIN, request, signUp } from '../support/requests.ts'
import { aCall, askInitiation } from '../support/signed.ts'
import { startWorld, type World } from '../support/world.ts'

const ADA = '+16045557101'
const HOUR = 3_600

describe('the calls of an organization', () => {
  let world: World
  let own: { id: string; phoneNumber: string }
  let other: { id: string; phoneNumber: string }
  let token: string
  const now = Math.floor(Date.now() / 1_000)
  beforeAll(async () => {
    world = await startWorld()
    const signed = await signUp(world)
    own = signed.organization
    token = signed.token
    other = (await signUp(world)).organization
    await world.sql("update organization_phone_numbers set assigned_at = now() - interval '1 day'")
    await called(own, ADA, { summary: 'The older.', startedAt: now - 3 * HOUR })
    await called(own, ADA, { summary: 'The newer.', startedAt: now - 2 * HOUR })
    await called(own, 'Anonymous', { summary: 'Withheld.', startedAt: now - HOUR })
    await called(other, ADA, { summary: 'Elsewhere.', startedAt: now - HOUR })
  })
  afterAll(() => stopWithCleanLogs(world))

  async function called(
    line: { phoneNumber: string },
    from: string,
    reported: { summary: string; startedAt: number },
  ) {
    const call = aCall(line.phoneNumber, { caller_id: from })
    await askInitiation(world, call)
    await postCall(
      world,
      aConversation({
        phone: {
          agent_number: line.phoneNumber,
          external_number: from,
          call_sid: call.call_sid,
        },
        metadata: { start_time_unix_secs: reported.startedAt },
        summary: reported.summary,
      }),
    )
  }

  const list = (query = '', who = token) =>
    request(world.origin, 'GET', `/api/organizations/${own.id}/calls${query}`, { token: who })
  const summaries = async (query: string) =>
    (await list(query)).body.calls.map(({ summary }: { summary: string }) => summary)

  test('the list, unfiltered, has the own calls by when they began, without transcripts', async () => {
    const { status, body } = await list()

    expect(status).toBe(200)
    expect(body.calls).toMatchObject([
      { summary: 'Withheld.', contact: null, from: 'Anonymous' },
      {
        summary: 'The newer.',
        contact: { phone_number: ADA, name: null },
        direction: 'inbound',
        status: 'completed',
        from: ADA,
        to: own.phoneNumber,
        from_fallback: false,
        duration_seconds: 12,
        cost: 20_000,
        outcome: 'success',
      },
      { summary: 'The older.' },
    ])
    expect(JSON.stringify(body)).not.toContain('transcript')
  })

  test('the list, filtered, has what fits', async () => {
    const { body } = await list()
    const contactId = body.calls[1].contact.id
    const at = (seconds: number) => encodeURIComponent(new Date(seconds * 1_000).toISOString())

    expect(await summaries(`?contactId=${contactId}`)).toEqual(['The newer.', 'The older.'])
    expect(await summaries(`?contactId=${randomUUID()}`)).toEqual([])
    expect(await summaries('?direction=outbound')).toEqual([])
    expect(await summaries('?status=failed')).toEqual([])
    expect(await summaries(`?from=${at(now - 2 * HOUR)}&to=${at(now - HOUR)}`)).toEqual([
      'The newer.',
    ])
  })

  test('a filter, with a time that is none, is refused and named', async () => {
    const answer = await list('?from=yesterday&to=2026-02-30T00:00:00Z')

    expectProblem(answer, 400, 'validation_failed')
    expect(wrongParts(answer)).toEqual(['query.from', 'query.to'])
  })

  test('one call, read by itself, has its transcript', async () => {
    const id = (await list()).body.calls[1].id

    const { body } = await list(`/${id}`)

    expect(body.call).toMatchObject({
      summary: 'The newer.',
      transcript: [
        { role: 'agent', message: 'Hi, this is Jack.' },
        { role: 'user', message: 'Is the blue one there?' },
      ],
    })
  })

  test('one call, of another organization, is not found', async () => {
    const [foreign] = await world.sql<{ id: string }>(
      'select id from calls where organization_id = $1',
      [other.id],
    )

    expectProblem(await list(`/${foreign?.id}`, ADMIN), 404, 'call_not_found')
  })

  test('one call, that came to nothing, says why in words, wherever it is read', async () => {
    const id = (await list()).body.calls[2].id
    await world.sql("update calls set failure_reason = 'no_conversation' where id = $1", [id])

    const listed = (await list()).body.calls[2]
    const { call } = (await list(`/${id}`)).body
    const history = await request(
      world.origin,
      'GET',
      `/api/organizations/${own.id}/contacts/${call.contact.id}/timeline`,
      { token },
    )

    const words = 'the voice platform has no conversation of it'
    expect([listed.failure_reason, call.failure_reason]).toEqual([words, words])
    expect(history.body.timeline).toContainEqual(
      expect.objectContaining({ id, failure_reason: words }),
    )
  })
})
