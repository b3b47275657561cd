import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { MIGRATIONS } from '../support/migrations.ts'
import { aConversation, postCall } from '../support/post-call.ts'
import { ADMIN, control, notifications, request, signUp } from '../support/requests.ts'
import { aCall, askInitiation } from '../support/signed.ts'
import { startWorld, type World } from '../support/world.ts'

describe('names, and who took a call', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld()
  })
  afterAll(() => world.stop())

  const reported = async (organizationId: string) =>
    (await notifications(world, '?type=organization_name_alike')).filter(
      ({ organization_id }) => organization_id === organizationId,
    )

  test.each([
    ['the same name', 'Apple Motors'],
    ['Cyrillic letters', 'Аррӏе Моtоrѕ'],
    ['Greek letters', 'Αpple Μotors'],
    ['digits', 'App1e M0tors'],
    ['accents, case and punctuation', 'ÀPPLE-Mótors!'],
    ['full width', 'Ａｐｐｌｅ　Ｍｏｔｏｒｓ'],
  ])('an organization, with %s of another, is made, and reported', async (_how, name) => {
    await signUp(world, { name: 'Apple Motors', slug: `o-${randomUUID()}` })

    const { answer, organization } = await signUp(world, { name, slug: `o-${randomUUID()}` })

    expect(answer.status).toBe(201)
    expect(await reported(organization.id)).toMatchObject([
      { message: expect.stringContaining('looks like that of "Apple Motors"') },
    ])
  })

  test('organizations, from before looks were kept, are given theirs by the migration, and compared', async () => {
    const names = [
      'Éclair Ｍotors',
      'Жук & Со',
      'L0llipop!',
      '自動車',
      '!!!',
      'A\u2028b\ufe0fc ß Łódź',
    ]
    for (const name of names) {
      await world.sql('insert into organizations (name, slug, email) values ($1, $2, $3)', [
        name,
        `o-${randomUUID()}`,
        'owner@example.com',
      ])
    }
    const text = await readFile(new URL('0023_first_day.sql', MIGRATIONS), 'utf8')
    const [backfill = ''] = /update orgline\.organizations[^;]+;/.exec(text) ?? []

    // The column is renamed since.
    await world.sql(backfill.replace(/\bname_\w+/g, 'name_skeleton'))

    const rows = await world.sql<{ skeleton: string; expected: string }>(
      'select name_skeleton as skeleton, private.name_skeleton(name) as expected from organizations where name = any ($1)',
      [names],
    )
    expect(rows).toHaveLength(names.length)
    for (const { skeleton, expected } of rows) expect(skeleton).toBe(expected)
    const { organization } = await signUp(world, { name: 'Eclair Motors' })
    expect(await reported(organization.id)).toHaveLength(1)
  })

  test('organizations, that operators sign up with one name, are reported', async () => {
    const create = () => signUp(world, { name: 'Cherry Motors', slug: `o-${randomUUID()}` }, ADMIN)
    await create()

    const { organization } = await create()

    expect(await reported(organization.id)).toHaveLength(1)
  })

  test.each(['汽车', '!!!', 'Жук', 'Pear Motors'])(
    'an organization, with a name of its own (%s), is not reported',
    async (name) => {
      const { organization } = await signUp(world, { name, slug: `o-${randomUUID()}` })

      expect(await reported(organization.id)).toEqual([])
    },
  )

  test('an organization, that takes such a name later, is reported', async () => {
    await signUp(world, { name: 'Banana Motors' })
    const { organization, token } = await signUp(world)

    const answer = await request(world.origin, 'PATCH', `/api/organizations/${organization.id}`, {
      token,
      body: { name: 'Ваnаnа Моtоrѕ' },
    })

    expect(answer.status).toBe(200)
    expect(await reported(organization.id)).toHaveLength(1)
  })

  test.each([
    ['answered', 'Returning Customer', 'person'],
    ['voicemail', 'New Inquiry', 'voicemail'],
    ['no_answer', 'New Inquiry', 'nobody'],
    [undefined, 'Returning Customer', null],
  ])('a customer, whose call was %s, is a %s', async (call_result, status, answered_by) => {
    const { organization, token } = await signUp(world)
    const to = organization.phoneNumber
    const call = aCall(to, { caller_id: '+16045559701' })
    await askInitiation(world, call)
    const phone = { agent_number: to, external_number: call.caller_id, call_sid: call.call_sid }

    await postCall(world, aConversation({ phone: { ...phone, call_result } }))

    const next = await askInitiation(world, aCall(to, { caller_id: '+16045559701' }))
    expect(next.body.dynamic_variables.lead_status).toBe(status)
    const { body } = await request(
      world.origin,
      'GET',
      `/api/organizations/${organization.id}/calls?status=completed`,
      { token },
    )
    expect(body.calls).toMatchObject([{ answered_by }])
  })

  test('a caller, where the organization keeps nothing, is told nothing of the past', async () => {
    const { organization, token } = await signUp(world)
    const from = '+16045559702'
    await control(world, 'POST', 'sms', { from, to: organization.phoneNumber, body: 'Hi' })
    const memory = (caller_memory: string | null) =>
      request(world.origin, 'PATCH', `/api/organizations/${organization.id}`, {
        token,
        body: { settings: { caller_memory } },
      })
    const variables = async () => {
      const asked = await askInitiation(world, aCall(organization.phoneNumber, { caller_id: from }))
      return asked.body.dynamic_variables
    }

    const careful = await variables()
    await memory('none')
    const none = await variables()
    await memory('full')
    const full = await variables()

    expect(careful).toMatchObject({
      caller_memory: 'careful',
      conversation_context: 'Customer: Hi',
    })
    expect(none).toMatchObject({ caller_memory: 'none', conversation_context: '' })
    expect(full).toMatchObject({ caller_memory: 'full', conversation_context: 'Customer: Hi' })
  })
})
