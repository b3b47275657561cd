import { describe, expect, test } from 'vitest'
import { call, stateFileForTest, twilioClient, twinsForTest } from './support.ts'

const from = '+17785550100'
const to = '+16045552000'
const mediaUrls = ['https://example.test/car.png', 'https://example.test/key.jpg']

async function line(options: { stateFile?: string } = {}) {
  const twins = await twinsForTest(options)
  const client = twilioClient(twins)
  await client.incomingPhoneNumbers.create({ phoneNumber: to })
  const text = async (more: object = {}) =>
    (await call(twins, 'POST', '/control/sms', { from, to, body: 'Hello', ...more })).body
      .messageSid as string
  return { twins, client, text }
}

describe('the media of a message', () => {
  test('are listed by their types, also after a restart, and go with the message', async () => {
    const stateFile = stateFileForTest()
    const first = await line({ stateFile })
    const sid = await first.text({ mediaUrls })
    await first.twins.close()
    const client = twilioClient(await twinsForTest({ stateFile }))

    const media = await client.messages(sid).media.list()

    expect(media.map(({ contentType }) => contentType)).toEqual(['image/png', 'image/jpeg'])
    expect(media[0]?.uri).toMatch(new RegExp(`/Messages/${sid}/Media/ME[0-9a-f]{32}.json$`))
    await client.messages(sid).remove()
    await expect(client.messages(sid).media.list()).rejects.toMatchObject({ status: 404 })
  })

  test('of a message without any, are none', async () => {
    const { client, text } = await line()

    expect(await client.messages(await text()).media.list()).toEqual([])
  })
})

describe('what happened in the past', () => {
  const at = '2026-11-01T09:00:00Z'

  test('a text, has that time, and comes last in the list', async () => {
    const { client, text } = await line()
    const now = await text()
    const past = await text({ at })

    const listed = await client.messages.list()

    expect(listed.map(({ sid }) => sid)).toEqual([now, past])
    expect(listed[1]).toMatchObject({ dateSent: new Date(at), dateCreated: new Date(at) })
  })

  test('a call, has that time, and comes last in the list', async () => {
    const { twins, client } = await line()
    const phone = async (more: object = {}) =>
      (await call(twins, 'POST', '/control/calls', { from, to, ...more })).body.callSid as string
    const now = await phone()
    const past = await phone({ at })

    const listed = await client.calls.list()

    expect(listed.map(({ sid }) => sid)).toEqual([now, past])
    expect(listed[1]?.startTime).toEqual(new Date(at))
  })
})
