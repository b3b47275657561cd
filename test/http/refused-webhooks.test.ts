import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { REFUSALS_MS } from '../../src/webhooks/module.ts'
import { aConversation, postCall } from '../support/post-call.ts'
import { notifications, signUp } from '../support/requests.ts'
import { aText, SMS_PATH, twilioPost } from '../support/signed.ts'
import { startWorld, type World } from '../support/world.ts'

const POST_CALL = '/api/webhooks/elevenlabs/post-call'

describe('refused webhooks', () => {
  let world: World
  let number: string
  beforeEach(async () => {
    world ??= await startWorld()
    number ??= (await signUp(world)).organization.phoneNumber
    await world.sql("delete from admin_notifications where type = 'webhooks_refused'")
  })
  afterAll(() => world.stop())

  /** As though nobody had told of any for a while. */
  const quiet = (minutes = 16) =>
    world.sql('update admin_notifications set updated_at = now() - make_interval(mins => $1)', [
      minutes,
    ])
  /** Another server of the deployment refuses one. */
  const elsewhere = () =>
    world.sql("select public.note_refusals('signature', 0, 1, 'a text to somebody')")
  const tick = () => world.context.webhooks.refusals.tick()
  const reported = () => notifications(world, '?type=webhooks_refused&status=pending')
  const forged = (more = {}) =>
    twilioPost(world, SMS_PATH, aText(number, more), { token: 'another-token' })
  const proven = () => twilioPost(world, SMS_PATH, aText(number))
  const report = (time: number, secret?: string) =>
    postCall(
      world,
      aConversation({ phone: { agent_number: number, external_number: '+16045559200' } }),
      { time, path: POST_CALL, ...(secret && { secret }) },
    )
  const now = () => Math.floor(Date.now() / 1_000)

  test('that name our account, of whatever number, become one notification, which a quiet time resolves', async () => {
    const { accountSid } = world.config.twilio
    for (let index = 0; index < 60; index += 1) {
      expect((await forged({ AccountSid: accountSid })).status).toBe(403)
    }
    expect(await reported()).toEqual([])

    await tick()
    await tick()

    expect(await reported()).toMatchObject([
      {
        occurrences: 1,
        message: expect.stringMatching(/^60 requests .* 0 were accepted.*TWILIO_AUTH_TOKEN/s),
      },
    ])
    await proven()
    await quiet()
    await tick()
    expect(await reported()).toEqual([])
  })

  test('are told within a minute, because a server tells twice a minute', () => {
    expect(REFUSALS_MS).toBeLessThanOrEqual(30_000)
    expect(world.context.webhooks.loops).toContainEqual({
      name: 'refusals',
      intervalMs: REFUSALS_MS,
      tick: world.context.webhooks.refusals.tick,
    })
  })

  test('told of by a server that has gone, are over after a quiet time of another', async () => {
    await proven()
    await tick()
    await elsewhere()
    await quiet()

    await proven()
    await tick()

    expect(await reported()).toEqual([])
  })

  test('that another server refuses every few minutes, stay told while this one refuses none', async () => {
    await elsewhere()
    await quiet(10)

    await proven()
    await tick()

    expect(await reported()).toMatchObject([{ occurrences: 1 }])
  })

  test('that name another account, or none, are told to nobody', async () => {
    await forged({ AccountSid: 'AC00000000000000000000000000000099' })
    await forged({ AccountSid: '' })

    await tick()

    expect(await reported()).toEqual([])
  })

  test.each([
    ['an hour ago', 3_600, /signed 36\d\d s ago/],
    ['in an hour', -3_600, /signed 3[56]\d\d s from now/],
  ])(
    'that ElevenLabs signed %s, tell that a clock is off, and by how much',
    async (_when, ago, words) => {
      expect((await report(now() - ago)).status).toBe(403)

      await tick()

      expect(await reported()).toMatchObject([{ message: expect.stringMatching(words) }])
      expect((await report(now())).status).toBe(200)
      await quiet()
      await tick()
      expect(await reported()).toEqual([])
    },
  )

  test('that somebody else signed at such a time, are told to nobody', async () => {
    expect((await report(now() - 3_600, 'wsec_another')).status).toBe(403)

    await tick()

    expect(await reported()).toEqual([])
  })

  test('while the database is away, are counted, and told later', async () => {
    await forged({ AccountSid: world.config.twilio.accountSid })
    const broken = 'alter function public.note_refusals rename to note_refusals_away'
    await world.sql(broken)
    await expect(tick()).rejects.toThrow()
    await world.sql('alter function public.note_refusals_away rename to note_refusals')

    await tick()

    expect(await reported()).toMatchObject([{ message: expect.stringMatching(/^1 requests/) }])
  })
})
