import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { aKey } from '../support/api-keys.ts'
import { eraseContact } from '../support/erasures.ts'
import { releaseHeld, untilHeld } from '../support/held.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { aLine } from '../support/quarantine.ts'
import { aPicture, aTalk, aVoicemail, bytesAt, heardIn } from '../support/recordings.ts'
import { ADMIN, aUser, fault, request } from '../support/requests.ts'
import { aText, SMS_PATH, twilioPost } from '../support/signed.ts'
import { startWorld, type World } from '../support/world.ts'

const customer = (n: number) => `+1604555${String(8_100 + n)}`

describe('what was recorded', () => {
  let world: World
  let north: Awaited<ReturnType<typeof aLine>>
  let south: typeof north
  beforeAll(async () => {
    world = await startWorld()
    ;[north, south] = [await aLine(world), await aLine(world)]
  })
  afterAll(() => stopWithCleanLogs(world))

  const withScopes = async (...scopes: string[]) => (await aKey(world, north.id, scopes)).key

  /** A conversation, a message on tape and a picture, each with what it is. */
  const everything = async (line: typeof north, from: string) => {
    const talk = await aTalk(world, line, from)
    const picture = await aPicture(world, line, from)
    const voicemail = await aVoicemail(world, line, from)
    return [
      { path: talk.recording_url as string, type: 'audio/mpeg' },
      { path: voicemail.recording_url as string, type: 'audio/mpeg' },
      { path: picture.media[0].url as string, type: 'image/png' },
    ] as const
  }

  test('a talk, a voicemail and a picture, asked for by a member, are passed on whole, as what they are', async () => {
    for (const { path, type } of await everything(await aLine(world), customer(1))) {
      const { status, bytes, header } = await bytesAt(world, path)

      expect({ path, status, type: header('content-type') }).toEqual({ path, status: 200, type })
      expect(bytes.length).toBeGreaterThan(1_000)
      expect(header('content-disposition')).toMatch(
        /^inline; filename="(call|text)-[\w-]+\.(mp3|png)"$/,
      )
      expect(header('x-content-type-options')).toBe('nosniff')
      expect(header('cache-control')).toBe('no-store')
    }
  })

  test('in parts, from whichever carrier, is what the same bytes of the whole are', async () => {
    for (const { path } of await everything(await aLine(world), customer(2))) {
      const { bytes: whole } = await bytesAt(world, path)
      const { length } = whole
      for (const [range, first, last] of [
        ['bytes=0-', 0, length - 1],
        ['bytes=0-0', 0, 0],
        ['bytes=100-299', 100, 299],
        [`bytes=${length - 1}-999999999`, length - 1, length - 1],
        ['bytes=-10', length - 10, length - 1],
      ] as const) {
        const part = await bytesAt(world, path, { headers: { range } })

        expect(part.header('content-range'), range).toBe(`bytes ${first}-${last}/${length}`)
        expect(part.header('content-length'), range).toBe(String(last - first + 1))
        expect(part.status).toBe(206)
        expect(part.bytes.equals(whole.subarray(first, last + 1)), range).toBe(true)
      }
      const beyond = await bytesAt(world, path, { headers: { range: `bytes=${length}-` } })
      expect(beyond).toMatchObject({ status: 416, code: 'range_not_satisfiable' })
      expect(beyond.header('content-range')).toBe(`bytes */${length}`)
      for (const range of ['lines=1-2', 'bytes=9-1', 'bytes=0-1,4-5', 'bytes=', 'x'.repeat(500)]) {
        const all = await bytesAt(world, path, { headers: { range } })
        expect([range, all.status, all.bytes.length]).toEqual([range, 200, length])
      }
    }
  })

  test('by HEAD, says what there is, sends nothing, and is no listening', async () => {
    const line = await aLine(world)
    for (const { path, type } of await everything(line, customer(3))) {
      const head = await bytesAt(world, path, { method: 'HEAD' })

      expect([head.status, head.header('content-type'), head.bytes.length]).toEqual([200, type, 0])
    }
    expect(await heardIn(world, line)).toEqual([])
  })

  test('is in the audit log once for each time that somebody gets bytes of it, with who it was', async () => {
    const line = await aLine(world)
    const talk = await aTalk(world, line, customer(4))
    const picture = await aPicture(world, line, customer(4), ['a.png', 'b.png'])
    const { key } = await aKey(world, line.id, ['recordings:read'])

    await bytesAt(world, talk.recording_url)
    await bytesAt(world, talk.recording_url, { token: line.token, headers: { range: 'bytes=9-' } })
    await bytesAt(world, picture.media[1].url, { token: key })
    // What nobody got was not heard.
    await bytesAt(world, talk.recording_url, { headers: { range: 'bytes=999999999-' } })
    await fault(world, 'elevenlabs', 'conversations.audio.get', 'error', { status: 500 })
    expect(await bytesAt(world, talk.recording_url)).toMatchObject({ code: 'carrier_failed' })

    expect(await heardIn(world, line)).toMatchObject([
      { action: 'listen_to_recording', subject: talk.id, actor_kind: 'operator' },
      { action: 'listen_to_recording', subject: talk.id, actor_kind: 'user' },
      { action: 'view_medium', subject: picture.id, actor_kind: 'key', details: { medium: 1 } },
    ])
  })

  test('of another organization, or of none, is a 404 like everything else of it', async () => {
    const [talk, , picture] = await everything(south, customer(5))
    const stranger = await aUser(world)
    for (const { path } of [talk, picture]) {
      const foreign = path.replace(south.id, north.id)
      expect([
        (await bytesAt(world, path, { token: north.token })).status,
        (await bytesAt(world, path, { token: stranger.token })).status,
        (await bytesAt(world, foreign, { token: north.token })).status,
        (await bytesAt(world, path, { token: await withScopes('recordings:read') })).status,
      ]).toEqual([404, 404, 404, 404])
    }
    expect(await heardIn(world, north)).toEqual([])
  })

  test('for a key, needs the scope recordings:read, whatever else it may do', async () => {
    const talk = await aTalk(world, north, customer(6))
    const others = ['read', 'calls:write', 'messages:write', 'numbers:write', 'contacts:write']

    const without = await bytesAt(world, talk.recording_url, { token: await withScopes(...others) })
    const alone = await withScopes('recordings:read')

    expect(without).toMatchObject({ status: 403, code: 'scope_missing' })
    expect((await bytesAt(world, talk.recording_url, { token: alone })).status).toBe(200)
    const list = await request(world.origin, 'GET', `/api/organizations/${north.id}/calls`, {
      token: alone,
    })
    expect(list.body.code).toBe('scope_missing')
  })

  test('of a call that goes on, that was not recorded or that is nobody’s, is a 409 or a 404 that says so', async () => {
    const line = await aLine(world)
    const talk = await aTalk(world, line, customer(7))
    const set = (status: string, conversation: string | null) =>
      world.sql('update calls set status = $2, conversation_id = $3 where id = $1', [
        talk.id,
        status,
        conversation,
      ])
    const path = talk.recording_url
    await set('in-progress', talk.conversation_id)
    const running = await bytesAt(world, path)
    await set('failed', null)
    const failed = await bytesAt(world, path)

    expect(running).toMatchObject({ status: 409, code: 'recording_not_ready' })
    expect(Number(running.header('retry-after'))).toBeGreaterThan(0)
    expect(failed).toMatchObject({ status: 404, code: 'recording_not_found' })
    const nobodys = path.replace(talk.id, '0b54c1a6-2f5e-4ac2-9c7b-3d1f1e0a7c11')
    expect(await bytesAt(world, nobodys)).toMatchObject({ status: 404, code: 'call_not_found' })
  })

  test('that the carrier does not have yet, is a 409 with a time; that it has no more, a 404 or a 410', async () => {
    const line = await aLine(world)
    const [talk, voicemail, picture] = await everything(line, customer(8))
    const gone = { status: 404 }
    await fault(world, 'twilio', 'recordings.file', 'error', gone)
    const tapeSoon = await bytesAt(world, voicemail.path)
    await fault(world, 'twilio', 'messages.media.file', 'error', gone)
    const mediumSoon = await bytesAt(world, picture.path)
    await fault(world, 'elevenlabs', 'conversations.audio.get', 'error', gone)
    const silent = await bytesAt(world, talk.path)

    expect(tapeSoon).toMatchObject({ status: 409, code: 'recording_not_ready' })
    expect(mediumSoon).toMatchObject({ status: 409, code: 'media_not_ready' })
    for (const { header } of [tapeSoon, mediumSoon])
      expect(Number(header('retry-after'))).toBeGreaterThan(0)
    expect(silent).toMatchObject({ status: 404, code: 'recording_not_found' })

    await fault(world, 'twilio', 'recordings.file', 'error', gone)
    await fault(world, 'twilio', 'recordings.fetch', 'error', gone)
    expect(await bytesAt(world, voicemail.path)).toMatchObject({ code: 'recording_not_found' })
    await fault(world, 'twilio', 'messages.media.file', 'error', gone)
    await fault(world, 'twilio', 'messages.media.list', 'empty_list')
    expect(await bytesAt(world, picture.path)).toMatchObject({ status: 410, code: 'media_gone' })
  })

  test('a medium that the text does not have, is a 404; of a text that we sent, too', async () => {
    const line = await aLine(world)
    const picture = await aPicture(world, line, customer(9))
    const path = (n: string) => picture.media[0].url.replace(/\/0$/, `/${n}`)
    const sent = await request(world.origin, 'POST', `/api/organizations/${line.id}/messages`, {
      token: ADMIN,
      body: { to: customer(9), mediaUrls: ['https://media.example.com/1.jpg'] },
    })
    const { id, media } = sent.body.message

    expect(media).toEqual([{ url: 'https://media.example.com/1.jpg', contentType: null }])
    for (const n of ['1', '10', '999999999'])
      expect(await bytesAt(world, path(n))).toMatchObject({ status: 404, code: 'media_not_found' })
    for (const n of ['-1', 'x', '0x1', '1e3'])
      expect(await bytesAt(world, path(n))).toMatchObject({ status: 400 })
    const outbound = `/api/organizations/${line.id}/messages/${id}/media/0`
    expect(await bytesAt(world, outbound)).toMatchObject({ status: 404, code: 'media_not_found' })
  })

  test('an address that leads elsewhere, told by whoever, is asked for nothing', async () => {
    const line = await aLine(world)
    const text = aText(line.number, {
      NumMedia: '3',
      MediaUrl0: 'http://169.254.169.254/latest/meta-data',
      MediaUrl1: `${world.twins.origin}/control/state`,
      MediaUrl2: 'https://api.twilio.com/2010-04-01/Accounts/AC1/Messages/MM1/Media/../../x',
    })
    await twilioPost(world, SMS_PATH, text)
    const { body } = await request(world.origin, 'GET', `/api/organizations/${line.id}/messages`, {
      token: ADMIN,
    })

    for (const { url } of body.messages[0].media)
      expect(await bytesAt(world, url)).toMatchObject({ status: 404, code: 'media_not_found' })
  })

  test('of a contact that is erased meanwhile, is not passed on', async () => {
    const line = await aLine(world)
    const talk = await aTalk(world, line, customer(10))
    await fault(world, 'elevenlabs', 'conversations.audio.get', 'hold_after')
    const asked = bytesAt(world, talk.recording_url)
    await untilHeld(world)

    await eraseContact(world, line, customer(10))
    await releaseHeld(world)

    expect(await asked).toMatchObject({ status: 404, code: 'call_not_found' })
    expect(await heardIn(world, line)).toEqual([])
  })

  test('a voicemail, is a call of its contact, in its history with what was left on tape', async () => {
    const line = await aLine(world)
    const voicemail = await aVoicemail(world, line, customer(11))
    const contact = `/api/organizations/${line.id}/contacts/${voicemail.contact.id}`
    const { body } = await request(world.origin, 'GET', `${contact}/timeline`, { token: ADMIN })
    const whole = await request(world.origin, 'GET', `${contact}/export`, { token: ADMIN })

    expect(voicemail.contact.phone_number).toBe(customer(11))
    for (const { timeline } of [body, whole.body])
      expect(timeline).toMatchObject([
        { id: voicemail.id, channel: 'voice', recording_url: voicemail.recording_url },
      ])
    expect((await bytesAt(world, voicemail.recording_url)).status).toBe(200)
  })
})
