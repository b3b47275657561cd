import { once } from 'node:events'
import { validateRequest } from 'twilio/lib/webhooks/webhooks.js'
import { describe, expect, test } from 'vitest'
import { from, ownLine, to, twiml } from './own-line.ts'
import { authToken, call, twilioClient } from './support.ts'

const apology = 'We are sorry, an application error has occurred. Goodbye.'
const colleague = '+16045550199'

describe('a call to a server', () => {
  test('that plays, pauses and says, hears all of it for as long as it takes', async () => {
    const { phone, heardAt } = await ownLine((_req, res) => {
      twiml(res, '<Play>https://x.test/a.mp3</Play><Pause length="4"/><Say>Good day</Say>')
    })
    expect(await phone()).toMatchObject({
      answered: true,
      mode: 'server',
      heard: ['(https://x.test/a.mp3)', 'Good day'],
      agentSaid: 'Good day',
      conversationId: null,
    })
    const [status] = heardAt('/status')
    expect(status?.body).toMatchObject({ CallStatus: 'completed', CallDuration: '10' })
  })

  test('that redirects, follows to the other address in the name of the same call', async () => {
    const { phone, heardAt, origin } = await ownLine(
      (_req, res) => twiml(res, '<Say>One moment</Say><Redirect>/next?a=1</Redirect>'),
      { also: { '/next': (_req, res) => twiml(res, '<Say>Here we are</Say>') } },
    )
    const reply = await phone()
    expect(reply).toMatchObject({ answered: true, agentSaid: 'One moment Here we are' })
    const [next] = heardAt('/next')
    expect(next?.body).toMatchObject({ CallSid: reply.callSid, CallStatus: 'in-progress' })
    const signature = String(next?.get('x-twilio-signature'))
    expect(validateRequest(authToken, signature, `${origin}/next?a=1`, next?.body)).toBe(true)
  })

  test('that redirects in a circle, ends with the announcement of an error', async () => {
    const { phone } = await ownLine((_req, res) => twiml(res, '<Redirect/>'))
    const reply = await phone()
    expect(reply).toMatchObject({ answered: false, heard: [apology] })
    expect(reply.error).toContain('circle')
  })

  test.each([
    ['<Reject reason="busy"/>', '(busy signal)'],
    ['<Reject/>', '(the number is not in service)'],
  ])('that answers %s, is not answered', async (verb, sound) => {
    const { phone, heardAt } = await ownLine((_req, res) => twiml(res, verb))
    expect(await phone()).toMatchObject({ answered: false, heard: [sound], agentSaid: '' })
    expect(heardAt('/status')[0]?.body).toMatchObject({ CallStatus: 'busy', CallDuration: '0' })
  })
})

describe('a call that is put through', () => {
  test('to somebody who answers, is a second call and ends there', async () => {
    const { twins, phone, heardAt } = await ownLine((_req, res) => {
      const dial = `<Dial action="/dialled"><Number>${colleague}</Number></Dial>`
      twiml(res, `${dial}<Say>Nobody is here</Say>`)
    })
    const reply = await phone(['Hello'])
    expect(reply).toMatchObject({ answered: true, forwardedTo: colleague, agentSaid: '' })
    expect(heardAt('/dialled')[0]?.body).toMatchObject({
      CallSid: reply.callSid,
      DialCallStatus: 'completed',
      DialCallDuration: '3',
    })
    const { body } = await call(twins, 'GET', '/control/state')
    expect(body.twilio.calls).toMatchObject([
      { sid: reply.callSid, status: 'completed' },
      { parent_call_sid: reply.callSid, from, to: colleague, status: 'completed' },
    ])
  })

  test('to somebody who does not answer, goes on with the action', async () => {
    const { twins, phone, heardAt } = await ownLine(
      (_req, res) => twiml(res, `<Dial action="/dialled" callerId="${to}">${colleague}</Dial>`),
      { also: { '/dialled': (_req, res) => twiml(res, '<Say>We call you back</Say>') } },
    )
    const reaction = { number: colleague, result: 'no-answer', delayMs: 0 }
    await call(twins, 'POST', '/control/answers', reaction)
    expect(await phone()).toMatchObject({ heard: ['(ringing)', 'We call you back'] })
    expect(heardAt('/dialled')[0]?.body.DialCallStatus).toBe('no-answer')
    const { body } = await call(twins, 'GET', '/control/state')
    expect(body.twilio.calls[1]).toMatchObject({ from: to, status: 'no-answer' })
  })

  test('to what is no number, without an action, goes on with the next verb', async () => {
    const { phone } = await ownLine((_req, res) => {
      twiml(res, '<Dial>nobody</Dial><Say>Nobody is here</Say>')
    })
    expect(await phone()).toMatchObject({ forwardedTo: 'nobody', agentSaid: 'Nobody is here' })
  })
})

describe('a voicemail', () => {
  const answer =
    '<Say>Please speak</Say><Record action="/recorded" recordingStatusCallback="/tape"/><Say>Bye</Say>'

  test('with words, is told of, signed, with where it can be heard', async () => {
    const { twins, phone, heardAt, origin } = await ownLine((_req, res) => twiml(res, answer))
    const reply = await phone(['I am Ann.', 'Call me.'])
    expect(reply).toMatchObject({ answered: true, heard: ['Please speak', '(beep)'] })
    const { recordingSid, recordingUrl } = reply.recorded
    expect(reply.recorded).toMatchObject({ text: 'I am Ann. Call me.', duration: 6 })
    expect(recordingSid).toMatch(/^RE[0-9a-f]{32}$/)
    expect(recordingUrl).toMatch(new RegExp(`/Recordings/${recordingSid}$`))
    const reported = {
      CallSid: reply.callSid,
      RecordingSid: recordingSid,
      RecordingUrl: recordingUrl,
      RecordingDuration: '6',
    }
    expect(heardAt('/recorded')[0]?.body).toMatchObject({ ...reported, Digits: 'hangup' })
    const [tape] = heardAt('/tape')
    expect(tape?.body).toMatchObject({ ...reported, RecordingStatus: 'completed' })
    const signature = String(tape?.get('x-twilio-signature'))
    expect(validateRequest(authToken, signature, `${origin}/tape`, tape?.body)).toBe(true)

    const { recordings } = twilioClient(twins)
    expect(await recordings.list({ callSid: reply.callSid })).toMatchObject([
      { sid: recordingSid, duration: '6', status: 'completed', mediaUrl: recordingUrl },
    ])
    expect(await recordings.list({ callSid: 'CAnone' })).toEqual([])
    expect(await recordings(recordingSid).remove()).toBe(true)
    await expect(recordings(recordingSid).remove()).rejects.toMatchObject({ code: 20404 })
  })

  test('without a word, leaves no recording and goes on', async () => {
    const { phone, received } = await ownLine((_req, res) => twiml(res, answer))
    expect(await phone()).toMatchObject({ recorded: null, agentSaid: 'Please speak Bye' })
    expect(received.map((req) => req.path)).toEqual(['/voice', '/status'])
  })

  test('without an action, comes back to the address that asked for it', async () => {
    const { phone, heardAt } = await ownLine((_req, res) => twiml(res, '<Record/>'))
    await phone(['Hello'])
    expect(heardAt('/voice').map(({ body }) => body.RecordingDuration)).toEqual([undefined, '3'])
  })
})

describe('a call to a server that fails', () => {
  test.each<[string, Parameters<typeof ownLine>[0], string]>([
    ['answers an error', (_req, res) => void res.sendStatus(500), '11200, HTTP 500'],
    ['answers a page', (_req, res) => void res.send('<!DOCTYPE html><p>Hi'), '12100'],
    ['answers JSON', (_req, res) => void res.json({}), '12300'],
    ['answers too much', (_req, res) => twiml(res, `<Say>${'x'.repeat(70_000)}</Say>`), '11750'],
    ['hangs up', (_req, res) => void res.destroy(), '11205'],
  ])('%s, hears the announcement and is not answered', async (_name, voice, code) => {
    const { phone } = await ownLine(voice)
    const reply = await phone()
    expect(reply).toMatchObject({ answered: false, heard: [apology], agentSaid: '' })
    expect(reply.error).toContain(code)
  })

  test('is slow beyond the limit, hears the fallback, which is told why', async () => {
    const { twins, phone, heardAt, origin, numberSid } = await ownLine(
      async (_req, res) => void (await once(res, 'close')),
      { also: { '/sorry': (_req, res) => twiml(res, '<Say>Sorry</Say>') } },
    )
    const voiceFallbackUrl = `${origin}/sorry`
    await twilioClient(twins).incomingPhoneNumbers(numberSid).update({ voiceFallbackUrl })
    // Long enough for the fallback to answer on a busy machine.
    await call(twins, 'POST', '/control/settings', { twilioTimeoutMs: 5_000 })
    expect(await phone()).toMatchObject({ answered: true, heard: ['Sorry'] })
    expect(heardAt('/sorry')[0]?.body).toMatchObject({
      ErrorCode: '11200',
      ErrorUrl: `${origin}/voice`,
    })
  })

  test('leads nowhere, also by its fallback, hears the announcement', async () => {
    const voiceFallbackUrl = 'http://127.0.0.1:1/'
    const { phone } = await ownLine((_req, res) => twiml(res, '<Redirect>http://[</Redirect>'), {
      numberSettings: { voiceFallbackUrl },
    })
    const reply = await phone()
    expect(reply).toMatchObject({ answered: false, heard: [apology] })
    expect(reply.error).toContain('11100')
  })
})
