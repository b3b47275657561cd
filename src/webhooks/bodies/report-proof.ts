import {
  beginElevenLabsSignature,
  isInTime,
  readElevenLabsSignature,
  secondsSince,
} from '../../carriers/elevenlabs/signature.ts'
import type { Config } from '../../config/config.ts'
import { packingOf } from '../../http/input/packing.ts'
import { LONG_TO_PARSE, parseJson } from '../../platform/parse-json.ts'
import { accepted } from '../accepted-secrets.ts'
import type { RefusalWatch } from '../refusal-watch.ts'
import type { Proof } from './require-proof.ts'

/** What is read as a whole; a transcript can be long. */
const LIMIT = 25 * 1_024 * 1_024

/** Where a report says what it is. */
const HEAD = 1_000

const AUDIO = /^\s*\{[^{]*"type"\s*:\s*"post_call_audio"/

/** A signed report too large to be parsed where callers are answered. */
export class LargeReport {
  readonly bytes: Buffer

  constructor(bytes: Buffer) {
    this.bytes = bytes
  }
}

/**
 * ElevenLabs' signature over the raw body, which the route gets parsed, or as a `LargeReport`. The sound
 * of a call, which nobody here wants, can be of any length: it is proven without being kept, and
 * acknowledged, because a refusal counts against the webhook until ElevenLabs disables it.
 */
export function reportProof({ elevenLabs }: Config, refusals: RefusalWatch): Proof {
  const secrets = accepted(elevenLabs.webhookSecret, elevenLabs.previousWebhookSecret)

  return {
    limit: LIMIT,
    detail: 'ElevenLabs-Signature does not fit, or is too old: check ELEVENLABS_WEBHOOK_SECRET',
    begin(req) {
      const signed = readElevenLabsSignature(req.get('ElevenLabs-Signature'))
      if (!signed) return undefined
      const ago = secondsSince(signed, new Date())
      // Whether our clock is wrong, or somebody forges, only the body tells: some are read for that.
      if (!isInTime(ago) && !refusals.mayRead()) return undefined
      const hashes = secrets.map((secret) => beginElevenLabsSignature(secret, signed))
      const isPacked = packingOf(req) !== 'identity'
      let head = Buffer.alloc(0)
      let isAudio = false
      return {
        take(chunk) {
          // However it was cut into parts on its way; what came before it is known is little.
          if (!isPacked && !isAudio && head.length < HEAD) {
            head = Buffer.concat([head, chunk.subarray(0, HEAD - head.length)])
            isAudio = AUDIO.test(head.toString('utf8'))
          }
          for (const hash of hashes) hash.update(chunk)
          return !isAudio
        },
        proves(body) {
          if (!hashes.some((hash) => hash.fits())) return false
          if (!isInTime(ago)) {
            refusals.refused('time', inWords(ago))
            return false
          }
          refusals.accepted('time')
          if (isAudio) req.body = {}
          else if (body.length > LONG_TO_PARSE) req.body = new LargeReport(body)
          else req.body = parseJson(String(body)) ?? {}
          return true
        },
      }
    },
  }
}

function inWords(secondsAgo: number): string {
  const seconds = Math.abs(Math.round(secondsAgo))
  return `by our clock the last was signed ${seconds} s ${secondsAgo > 0 ? 'ago' : 'from now'}`
}
