import { expect, onTestFinished, test } from 'vitest'
import { startServer } from '../../src/server/server.ts'
import { AT_ONCE, text } from '../support/outage.ts'
import { aLine } from '../support/quarantine.ts'
import { control } from '../support/requests.ts'
import { choose } from '../support/voice-modes.ts'
import { startWorld } from '../support/world.ts'

test('a deployment, after an outage, takes in by itself what came: a text, a call and its message on tape', async () => {
  const world = await startWorld({ timings: { ...AT_ONCE, catchUpIntervalMs: 20 } })
  const line = await aLine(world)
  await choose(world, line.id, 'server')
  const from = '+16045558901'
  const sid = await world.whileAway(() => text(world, { from, to: line.number }))
  // The caller heard the apology of a server that could not record it.
  await world.sql('alter function public.begin_voice_call rename to begin_voice_call_gone')
  await world.sql('alter function public.record_voicemail rename to record_voicemail_gone')
  const { callSid, recorded } = await control(world, 'POST', 'calls', {
    from,
    to: line.number,
    says: ['Please call me back'],
  })
  await Promise.allSettled([...world.context.background])
  await world.sql('alter function public.begin_voice_call_gone rename to begin_voice_call')
  await world.sql('alter function public.record_voicemail_gone rename to record_voicemail')

  const server = await startServer(
    { ...world.config, server: { ...world.config.server, port: 0 } },
    { log: world.context.log },
  )
  onTestFinished(() => server.stop().finally(() => world.stop()))

  await expect
    .poll(() => world.sql('select provider_message_id as sid from messages'))
    .toEqual([{ sid }])
  await expect
    .poll(() => world.sql('select provider_call_id as sid, recording_url as url from calls'))
    .toEqual([{ sid: callSid, url: recorded.recordingUrl }])
})
