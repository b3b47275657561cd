import { describe, expect, test } from 'vitest'
import { customer, outboundLine } from './outbound-line.ts'
import { to as ourNumber, ownLine, twiml } from './own-line.ts'
import { accountSid, apiKey, authToken, call, twilioClient, twinsForTest } from './support.ts'

const account = `/twilio/api/2010-04-01/Accounts/${accountSid}`
const ours = { authorization: `Basic ${btoa(`${accountSid}:${authToken}`)}` }

/** What a path, or an address, holds; a redirect is answered, not followed. */
async function get(url: string, headers: Record<string, string> = {}) {
  const response = await fetch(url, { headers, redirect: 'manual' })
  const bytes = Buffer.from(await response.arrayBuffer())
  const header = (name: string) => response.headers.get(name)
  return { status: response.status, bytes, header }
}

describe('what a caller has left on tape', () => {
  async function taped() {
    const line = await ownLine((_req, res) => twiml(res, '<Record/>'))
    await line.phone(['Please call me'])
    const client = twilioClient(line.twins)
    const [recording] = await client.recordings.list()
    const sid = String(recording?.sid)
    return { client, sid, url: `${line.twins.origin}${account}/Recordings/${sid}` }
  }

  test.each([
    ['by its SID alone', '', 'audio/x-wav'],
    ['with .wav', '.wav', 'audio/x-wav'],
    ['with .mp3', '.mp3', 'audio/mpeg'],
  ])('asked for %s, comes whole, whatever part is asked for', async (_name, ending, type) => {
    const { url } = await taped()

    const whole = await get(url + ending, ours)
    const part = await get(url + ending, { ...ours, range: 'bytes=0-9' })

    expect([whole.status, whole.header('content-type')]).toEqual([200, type])
    expect(Number(whole.header('content-length'))).toBe(whole.bytes.length)
    expect(part.bytes.equals(whole.bytes)).toBe(true)
  })

  test('asked for by nobody, by another account or once it is deleted, is refused', async () => {
    const { client, sid, url } = await taped()

    expect((await get(`${url}.mp3`)).status).toBe(401)
    expect((await client.recordings(sid).fetch()).status).toBe('completed')
    await client.recordings(sid).remove()

    expect((await get(`${url}.mp3`, ours)).status).toBe(404)
    await expect(client.recordings(sid).fetch()).rejects.toMatchObject({ status: 404 })
  })
})

describe('what a text brought along', () => {
  async function sent() {
    const twins = await twinsForTest()
    const client = twilioClient(twins)
    await client.incomingPhoneNumbers.create({ phoneNumber: ourNumber })
    const mediaUrls = ['https://example.test/car.png']
    const text = { from: customer, to: ourNumber, body: 'Look', mediaUrls }
    const { body } = await call(twins, 'POST', '/control/sms', text)
    const [medium] = await client.messages(body.messageSid).media.list()
    const path = String(medium?.uri).replace(/\.json$/, '')
    return { client, sid: String(body.messageSid), url: `${twins.origin}/twilio/api${path}` }
  }

  test('asked for with credentials, leads to an address that takes none, and gives parts', async () => {
    const { url } = await sent()

    const redirect = await get(url, ours)
    const link = String(redirect.header('location'))
    const whole = await get(link)
    const part = await get(link, { range: 'bytes=-10' })

    expect((await get(url)).status).toBe(401)
    expect(redirect.status).toBe(307)
    expect([whole.status, whole.header('content-type')]).toEqual([200, 'image/png'])
    expect(part.header('content-range')).toBe(
      `bytes ${whole.bytes.length - 10}-${whole.bytes.length - 1}/${whole.bytes.length}`,
    )
    expect([part.status, part.bytes.equals(whole.bytes.subarray(-10))]).toEqual([206, true])
    expect((await get(link, { range: 'bytes=999999-' })).status).toBe(416)
    expect((await get(link, ours)).status).toBe(400)
    expect((await get(link.replace(/Signature=./, 'Signature=x'))).status).toBe(403)
  })

  test('goes with its text, also for whoever has its address', async () => {
    const { client, sid, url } = await sent()
    const link = String((await get(url, ours)).header('location'))

    await client.messages(sid).remove()

    expect([(await get(url, ours)).status, (await get(link)).status]).toEqual([404, 403])
  })
})

describe('the audio of a conversation', () => {
  test('comes whole, and nobody is told how much it is; with the conversation it goes', async () => {
    const { twins, dial, idle } = await outboundLine()
    const { conversation_id: id } = (await dial()).body
    const url = `${twins.origin}/elevenlabs/v1/convai/conversations/${id}`
    const key = { 'xi-api-key': apiKey }
    await idle()

    const whole = await get(`${url}/audio`, key)
    const part = await get(`${url}/audio`, { ...key, range: 'bytes=0-9' })

    expect([whole.status, whole.header('content-type')]).toEqual([200, 'audio/mpeg'])
    expect([whole.header('content-length'), whole.header('accept-ranges')]).toEqual([null, null])
    expect(whole.bytes.length).toBeGreaterThan(10)
    expect([part.status, part.bytes.equals(whole.bytes)]).toEqual([200, true])
    expect((await get(`${url}/audio`)).status).toBe(401)
    await fetch(url, { method: 'DELETE', headers: key })
    expect((await get(`${url}/audio`, key)).status).toBe(404)
  })
})
