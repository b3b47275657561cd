import { describe, expect, test } from 'vitest'
import { segmentsOf } from '../../sandbox/twins/messages/segments.ts'
import { startTwins } from '../../sandbox/twins/twins.ts'
import { customer, ours, textLine } from './messaging.ts'
import { call, stateFileForTest, twilioClient, twinsForTest } from './support.ts'

const everyStatus = ['queued', 'sending', 'sent', 'delivered']

describe('messages.create', () => {
  test('to a customer, tells the callback each status in order, and ends delivered', async () => {
    const line = await textLine()
    const sent = await line.send({ body: 'Your pickup is ready €' })
    expect(sent).toMatchObject({
      status: 'queued',
      direction: 'outbound-api',
      from: ours,
      to: customer,
      numSegments: '1',
      dateSent: null,
      price: null,
    })
    await line.idle()
    expect(line.statuses()).toEqual(everyStatus)
    expect(line.received[0]?.form).toMatchObject({ MessageSid: sent.sid, From: ours, To: customer })
    const fetched = await line.client.messages(sent.sid).fetch()
    expect(fetched).toMatchObject({ status: 'delivered', errorCode: null })
    expect(fetched.dateSent).toBeInstanceOf(Date)
  })

  test.each(['undelivered', 'failed'] as const)('arranged to end %s, tells why', async (status) => {
    const line = await textLine()
    await line.control('deliveries', { number: customer, errorCode: 30007, status })
    const { sid } = await line.send()
    await line.idle()
    expect(line.statuses().at(-1)).toBe(status)
    expect(line.received.at(-1)?.form.ErrorCode).toBe('30007')
    const expected = { status, errorCode: 30007, errorMessage: 'Message filtered' }
    expect(await line.client.messages(sid).fetch()).toMatchObject(expected)
    const { spentBy } = (await line.control('state')).twilio
    expect(spentBy.messages).toBe(status === 'failed' ? 0 : 8_700)
    await call(line.twins, 'DELETE', '/control/deliveries')
    await line.send()
    await line.idle()
    expect(line.statuses().at(-1)).toBe('delivered')
  })

  test('status held back by a fault, comes after the next; another comes twice', async () => {
    const line = await textLine()
    const fault = { carrier: 'twilio', operation: 'messageStatus' }
    await line.control('faults', { ...fault, kind: 'reorder', skip: 1 })
    await line.control('faults', { ...fault, kind: 'duplicate_webhook', skip: 3 })
    await line.send()
    await line.idle()
    const reported = line.statuses()
    // How far behind the next it comes, nobody promises.
    expect(reported.indexOf('sending')).toBeGreaterThan(reported.indexOf('sent'))
    expect(reported.toSorted()).toEqual(['delivered', 'delivered', 'queued', 'sending', 'sent'])
  })

  test.each<[string, object, number]>([
    ['number of nobody', { from: '+16045552001' }, 21606],
    ['no sender', { from: undefined }, 21603],
    ['magic sender: invalid', { from: '+15005550001' }, 21212],
    ['magic sender: not capable', { from: '+15005550007' }, 21606],
    ['magic sender: queue full', { from: '+15005550008' }, 21611],
    ['magic recipient: invalid', { to: '+15005550001' }, 21211],
    ['magic recipient: unreachable', { to: '+15005550002' }, 21612],
    ['magic recipient: no permission', { to: '+15005550003' }, 21408],
    ['magic recipient: opted out', { to: '+15005550004' }, 21610],
    ['magic recipient: no mobile', { to: '+15005550009' }, 21614],
    ['itself', { to: ours }, 21266],
    ['no number at all', { to: 'Ann' }, 21211],
    ['nothing to say', { body: '' }, 21619],
    ['1,601 characters', { body: 'x'.repeat(1601) }, 21617],
    ['eleven media', { mediaUrl: Array(11).fill('https://example.test/a.jpg') }, 21623],
    ['medium nowhere', { mediaUrl: ['nowhere'] }, 21620],
    ['callback nowhere', { statusCallback: 'ftp://example.test' }, 21609],
    ['no such service', { messagingServiceSid: 'MG0' }, 21701],
  ])('%s, is refused and not recorded', async (_name, changes, code) => {
    const { client, send } = await textLine()
    await expect(send(changes)).rejects.toMatchObject({ status: 400, code })
    expect(await client.messages.list()).toEqual([])
  })

  test('sender of the test credentials, is accepted and kept from everybody', async () => {
    const line = await textLine()
    expect((await line.send({ from: '+15005550006' })).status).toBe('queued')
    await line.idle()
    expect(line.received).toEqual([])
    expect(await line.client.messages.list()).toEqual([])
  })

  test('answer lost, was sent and is found by whom it went to and when', async () => {
    const line = await textLine()
    const began = new Date(Date.now() - 60_000)
    const fault = { carrier: 'twilio', operation: 'messages.create', kind: 'lost_reply', ms: 0 }
    await line.control('faults', fault)
    await expect(line.send({ mediaUrl: ['https://example.test/a.jpg'] })).rejects.toThrow()
    await line.idle()
    const bodiesOf = async (filter: object) =>
      (await line.client.messages.list(filter)).map(({ sid, numMedia }) => [
        sid.slice(0, 2),
        numMedia,
      ])
    const found = [['MM', '1']]
    expect(await bodiesOf({ to: customer, from: ours, dateSentAfter: began })).toEqual(found)
    expect(await bodiesOf({ dateSentBefore: began })).toEqual([])
    expect(await bodiesOf({ dateSent: began })).toEqual([])
    expect(await bodiesOf({ to: ours })).toEqual([])
  })

  test('twins stopped on the way, has failed', async () => {
    const stateFile = stateFileForTest()
    const first = await startTwins({ port: 0, stateFile })
    await call(first, 'POST', '/control/settings', { messageStatusMs: 60_000 })
    const client = twilioClient(first)
    await client.incomingPhoneNumbers.create({ phoneNumber: ours })
    const { sid } = await client.messages.create({ from: ours, to: customer, body: 'Hi' })
    await first.close()
    const again = twilioClient(await twinsForTest({ stateFile }))
    const expected = { status: 'failed', errorCode: 30008 }
    expect(await again.messages(sid).fetch()).toMatchObject(expected)
  })

  test('fetch, unknown SID, is 20404', async () => {
    const { client } = await textLine()
    const expected = { status: 404, code: 20404 }
    await expect(client.messages('SMnone').fetch()).rejects.toMatchObject(expected)
  })
})

describe('segments', () => {
  test.each<[string, string, number]>([
    ['empty', '', 1],
    ['160 of GSM-7', 'é'.repeat(160), 1],
    ['161 of GSM-7', 'é'.repeat(161), 2],
    ['80 of the extension table', '€'.repeat(80), 1],
    ['81 of the extension table, whole ones only', '€'.repeat(77), 1],
    ['153 septets to a part, an escape not parted', `${'x'.repeat(152)}${'€'.repeat(77)}`, 3],
    ['70 of UCS-2', 'ж'.repeat(70), 1],
    ['71 of UCS-2', 'ж'.repeat(71), 2],
    ['one emoji among letters', `${'x'.repeat(69)}🚗`, 2],
    ['34 emoji, a pair not parted', '🚗'.repeat(67), 3],
  ])('%s', (_name, body, count) => {
    expect(segmentsOf(body)).toBe(count)
  })
})
