import { newId } from '../core/ids.ts'
import type { World } from '../core/world.ts'
import { voiceParams } from '../twilio/call.ts'
import { rfc2822 } from '../twilio/format.ts'
import { keepRecording } from '../twilio/recordings.ts'
import { sendWebhook } from '../twilio/webhooks.ts'
import {
  ask,
  type Heard,
  hear,
  type Line,
  methodOf,
  type Recording,
  type Step,
  sentenceSeconds,
  type Verb,
} from './line.ts'

/**
 * `<Record>`: the customer leaves what they have to say and hangs up; who says nothing leaves no
 * recording and goes on with the next verb. Told of a recording are `action`, which is the
 * document itself when absent, and the recording's status callback.
 */
export async function record(line: Line, verb: Verb, heard: Heard): Promise<Step> {
  const { world, says } = line
  if (verb.attributes.playBeep !== 'false') hear(heard, '(beep)', 0)
  if (says.length === 0) return 'next'
  const recording = newRecording(line)
  heard.recorded = recording
  heard.seconds += recording.duration
  const reported = {
    RecordingUrl: recording.recordingUrl,
    RecordingSid: recording.recordingSid,
    RecordingDuration: String(recording.duration),
  }
  // Nobody is on the line any more to follow what the answer says.
  await ask(line, verb, { href: verb.attributes.action, ...reported, Digits: 'hangup' })
  await sendStatus(world, verb, {
    ...voiceParams(line.call),
    ...reported,
    RecordingStatus: 'completed',
    RecordingChannels: '1',
    RecordingSource: 'RecordVerb',
    RecordingStartTime: rfc2822(new Date()),
  })
  return 'over'
}

function newRecording({ world, call, says }: Line): Recording {
  const sid = newId('RE')
  const duration = says.length * sentenceSeconds
  const row = keepRecording(world, { sid, callSid: call.sid, duration })
  return { recordingSid: sid, recordingUrl: row.media_url, text: says.join(' '), duration }
}

async function sendStatus(
  world: World,
  { attributes, base }: Verb,
  params: Record<string, string>,
): Promise<void> {
  const { recordingStatusCallback: callback, recordingStatusCallbackMethod: method } = attributes
  if (callback === undefined || !URL.canParse(callback, base)) return
  const target = { url: new URL(callback, base).href, method: methodOf(method) }
  // A status callback is best effort: nobody hears of its failure.
  await sendWebhook(world, 'recordingStatus', target, params).catch(() =>
    world.signal.throwIfAborted(),
  )
}
