import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ADMIN, atCarriers, request, signUp } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

describe('a request that somebody sends twice', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld()
  })
  afterAll(() => world.stop())

  const post = (path: string, body: object, key?: string) =>
    request(world.origin, 'POST', path, {
      token: ADMIN,
      body,
      headers: key ? { 'idempotency-key': key } : {},
    })
  const statuses = (answers: { status: number }[]) => answers.map(({ status }) => status).toSorted()

  test('for a text, at the same moment, sends one, and tells the other of it; under a key it sends another', async () => {
    const { organization } = await signUp(world)
    const to = '+16045554301'
    const text = (key?: string) =>
      post(`/api/organizations/${organization.id}/messages`, { to, body: 'Ready' }, key)

    const answers = await Promise.all([text(), text()])

    expect(statuses(answers)).toEqual([201, 409])
    const [sent, refused] = answers.toSorted((a, b) => a.status - b.status)
    expect(refused?.body).toMatchObject({
      code: 'repeated_too_soon',
      first: { id: sent?.body.message.id, status: expect.any(String) },
    })
    expect(await text('text-on-purpose')).toMatchObject({ status: 201 })
    const { twilio } = await atCarriers(world)
    expect(twilio.messages.filter((row: { to: string }) => row.to === to)).toHaveLength(2)
  })

  test('for a call, at the same moment, dials once, and tells the other of it; under a key it dials again', async () => {
    const { organization } = await signUp(world)
    const phoneNumber = '+16045554302'
    const call = (key?: string) =>
      post('/api/elevenlabs/outbound-call', { organizationId: organization.id, phoneNumber }, key)

    const answers = await Promise.all([call(), call()])

    expect(statuses(answers)).toEqual([200, 409])
    const [placed, refused] = answers.toSorted((a, b) => a.status - b.status)
    expect(refused?.body).toMatchObject({
      code: 'repeated_too_soon',
      first: { id: placed?.body.callId },
    })
    expect(await call('call-on-purpose')).toMatchObject({ status: 200 })
    const rows = await world.sql('select 1 from calls where to_number = $1', [phoneNumber])
    expect(rows).toHaveLength(2)
  })
})
