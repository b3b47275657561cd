import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { describe, expect, test } from 'vitest'
import { startTwins } from '../../sandbox/twins/twins.ts'
import { outboundLine } from './outbound-line.ts'
import {
  accountSid,
  call,
  eleven,
  importOf,
  stateFileForTest,
  twilioClient,
  twinsForTest,
} from './support.ts'

const phoneNumber = '+16045552000'

describe('state file', () => {
  test('restart on another port, keeps everything and moves the twins own URLs', async () => {
    const stateFile = stateFileForTest()
    const first = await twinsForTest({ stateFile })
    // The twins' own port, yet a URL that only its client understands.
    const smsUrl = `${first.origin}/somewhere/else`
    await twilioClient(first).incomingPhoneNumbers.create({ phoneNumber, smsUrl })
    const wanted = importOf(phoneNumber, { enable_sms: false })
    await eleven(first, 'POST', '/convai/phone-numbers', wanted)
    const fault = { carrier: 'twilio', operation: 'incomingPhoneNumbers.list', kind: 'error' }
    await call(first, 'POST', '/control/faults', fault)
    const before = (await call(first, 'GET', '/control/state')).body
    // The first twins still hold their port, so that the second come up on another.
    const second = await twinsForTest({ stateFile })
    const after = (await call(second, 'GET', '/control/state')).body
    expect(second.port).not.toBe(first.port)
    const [number] = after.twilio.numbers
    expect(number.voice_url).toBe(`${second.origin}/elevenlabs/twilio/inbound_call`)
    expect(number.status_callback).toBe(`${second.origin}/elevenlabs/twilio/status-callback`)
    expect(number.sms_url).toBe(smsUrl)
    // The log of requests begins anew.
    const log = { requests: [], maxInFlight: {}, maxInFlightTotal: 0 }
    expect(after.elevenlabs).toEqual({ ...before.elevenlabs, ...log })
    expect(after.requests).toEqual(before.requests)
    const { body } = await call(second, 'GET', '/control/faults')
    expect(body.faults).toMatchObject([{ ...fault, times: 1 }])
    expect(readdirSync(dirname(stateFile))).toEqual(['state.json'])
  })

  test('kept by an earlier version, is completed with what the vendors have by now', async () => {
    const stateFile = stateFileForTest()
    const line = await outboundLine({ twins: await twinsForTest({ stateFile }) })
    const { body: dialled } = await line.dial()
    await line.idle()
    const saved = JSON.parse(
      readFileSync(stateFile, 'utf8').replaceAll(accountSid, 'ACsandbox00000000000000000000000000'),
    )
    delete saved.elevenlabs.textAnswers
    const [called] = saved.elevenlabs.conversations
    const written = structuredClone(called)
    written.conversation_id = 'conv_written'
    written.metadata.phone_call = null
    called.metadata.phone_call.stream_sid = null
    saved.elevenlabs.conversations.push(written)
    for (const row of saved.elevenlabs.conversations) {
      delete row.metadata.text_only
      delete row.has_auxiliary_audio
    }
    writeFileSync(stateFile, JSON.stringify(saved))
    const twins = await twinsForTest({ stateFile })
    const path = `/convai/conversations/${dialled.conversation_id}`
    const conversation = await eleven(twins, 'GET', path)
    expect(conversation.body.has_auxiliary_audio).toBe(false)
    expect(conversation.body.metadata).toMatchObject({
      text_only: false,
      phone_call: { stream_sid: '' },
    })
    const other = await eleven(twins, 'GET', '/convai/conversations/conv_written')
    expect(other.body.metadata).toMatchObject({ text_only: false, phone_call: null })
    const [number] = await twilioClient(twins).incomingPhoneNumbers.list()
    expect(number?.accountSid).toBe(accountSid)
  })

  test('process killed after an answer, loses nothing', async () => {
    const stateFile = stateFileForTest()
    const script = `
      import { startTwins } from ${JSON.stringify(
        new URL('../../sandbox/twins/twins.ts', import.meta.url).href,
      )}
      const { origin } = await startTwins({ port: 0, stateFile: process.argv[1] })
      console.log(origin)`
    const child = spawn(process.execPath, ['--input-type=module', '-e', script, stateFile], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [line] = await once(child.stdout, 'data')
    const origin = String(line).trim()
    const killed = { origin }
    await twilioClient(killed).incomingPhoneNumbers.create({ phoneNumber })
    child.kill('SIGKILL')
    await once(child, 'exit')
    const twins = await twinsForTest({ stateFile })
    const found = await twilioClient(twins).incomingPhoneNumbers.list({ phoneNumber })
    expect(found).toHaveLength(1)
  })

  test('restart during a call, it has failed and what was arranged still holds', async () => {
    const stateFile = stateFileForTest()
    const first = await twinsForTest({ stateFile })
    const { dial, arrange } = await outboundLine({ twins: first })
    const arranged = await arrange({ delayMs: 60_000 })
    await dial()
    await first.close()
    const second = await twinsForTest({ stateFile })
    const { twilio, elevenlabs } = (await call(second, 'GET', '/control/state')).body
    expect(twilio.calls).toMatchObject([{ status: 'failed' }])
    expect(elevenlabs.conversations).toMatchObject([{ status: 'failed' }])
    expect(elevenlabs.callsInProgress).toBe(0)
    const { body } = await call(second, 'GET', '/control/answers')
    expect(body.answers).toEqual([arranged.body])
  })

  test('file of an older version, new parts are missing, opens with their initial values', async () => {
    const stateFile = stateFileForTest()
    const first = await twinsForTest({ stateFile })
    await outboundLine({ twins: first })
    await first.close()
    const {
      answers: _answers,
      elevenlabs,
      twilio,
      ...saved
    } = JSON.parse(readFileSync(stateFile, 'utf8'))
    delete twilio.webhookTimeoutMs
    delete twilio.spentOn
    const { deliveries: _d, callFailures: _c, postCallRetryMs: _p, ...older } = elevenlabs
    for (const phone of older.phoneNumbers) delete phone.supports_outbound
    writeFileSync(stateFile, JSON.stringify({ ...saved, twilio, elevenlabs: older }))
    const second = await twinsForTest({ stateFile })
    const { body } = await call(second, 'POST', '/control/settings', {})
    expect(body).toMatchObject({ postCallRetryMs: 1000, twilioTimeoutMs: 15_000 })
    const { body: state } = await call(second, 'GET', '/control/state')
    expect(state.twilio.spentBy).toEqual({ numbers: 1_000_000, messages: 0, calls: 0 })
    expect((await call(second, 'GET', '/control/answers')).body).toEqual({ answers: [] })
    const phones = await eleven(second, 'GET', '/convai/phone-numbers')
    expect(phones.body).toMatchObject([{ supports_outbound: true }])
  })

  test('port in use, start is rejected', async () => {
    const twins = await twinsForTest()
    await expect(startTwins({ port: twins.port })).rejects.toMatchObject({ code: 'EADDRINUSE' })
  })
})
