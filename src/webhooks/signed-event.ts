import type { Request, RequestHandler } from 'express'
import { beginElevenLabsSignature } from '../carriers/elevenlabs/signature.ts'
import type { Config } from '../config/config.ts'
import { AppError } from '../platform/errors.ts'
import { accepted } from './guards.ts'

type Signature = ReturnType<typeof beginElevenLabsSignature>

/** What is read as a whole; a transcript can be long. */
const READ = 25 * 1_024 * 1_024

/** The recording of a day, as base64 of MP3. Source: ElevenLabs, "Post-call webhooks", full_audio. */
const LONGEST = 2_048 * 1_024 * 1_024

const AUDIO = /^\s*\{[^{]*"type"\s*:\s*"post_call_audio"/

/**
 * Reads the body of an event from ElevenLabs. The sound of a call, which nobody here wants, can be of
 * any length: what does not fit is not kept, but proven all the same, and acknowledged, because a
 * refusal counts against the webhook until ElevenLabs disables it.
 */
export function readSignedEvent({ elevenLabs }: Config): RequestHandler {
  return async (req, res, next) => {
    // What is compressed has its length bounded where it is unpacked.
    if ((req.get('content-encoding') ?? 'identity') !== 'identity') return next()
    const { webhookSecret, previousWebhookSecret } = elevenLabs
    const secrets = accepted(webhookSecret, previousWebhookSecret)
    const { isWhole, isProven } = await read(req, secrets)
    if (isWhole || !isProven) return next()
    res.json({ result: 'ignored' })
  }
}

async function read(req: Request, secrets: string[]) {
  const chunks: Buffer[] = []
  let length = 0
  const header = req.get('ElevenLabs-Signature')
  const begin = () => secrets.map((each) => beginElevenLabsSignature(each, header, new Date()))
  let signatures: Signature[] = []
  for await (const chunk of req as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > LONGEST) throw tooLarge()
    if (length <= READ) {
      chunks.push(chunk)
    } else {
      const isFirstTooMuch = length - chunk.length <= READ
      if (isFirstTooMuch) signatures = beginOfAudio(chunks, begin)
      for (const signature of signatures) signature?.update(chunk)
    }
  }
  const isWhole = length <= READ
  // Without its body, a forged event is refused as such by the guard.
  req.body = isWhole ? Buffer.concat(chunks) : Buffer.alloc(0)
  return { isWhole, isProven: signatures.some((each) => each?.fits() === true) }
}

/** The proofs of what was read so far. @throws AppError body_too_large, for anything but sound */
function beginOfAudio(chunks: Buffer[], begin: () => Signature[]): Signature[] {
  const head = Buffer.concat(chunks.slice(0, 1)).subarray(0, 1_000).toString('utf8')
  if (!AUDIO.test(head)) throw tooLarge()
  const signatures = begin()
  for (const chunk of chunks.splice(0)) {
    for (const signature of signatures) signature?.update(chunk)
  }
  return signatures
}

const tooLarge = () =>
  new AppError('body_too_large', `The body is more than ${READ / 1_024} kB, the most that is read`)
