import { createHmac } from 'node:crypto'
import type { Request } from 'express'
import { describe, expect, test } from 'vitest'
import type { Config } from '../../src/config/config.ts'
import { reportProof } from '../../src/webhooks/bodies/report-proof.ts'
import type { RefusalWatch } from '../../src/webhooks/refusal-watch.ts'

const SECRET = 'wsec_test'

describe('the proof of a report', () => {
  /** Reads a report that comes in parts of these lengths, and then the rest. */
  function read(report: object, lengths: number[]) {
    const body = Buffer.from(JSON.stringify(report))
    const time = Math.floor(Date.now() / 1_000)
    const hash = createHmac('sha256', SECRET).update(`${time}.`).update(body).digest('hex')
    const req = {
      get: (name: string) => (name === 'ElevenLabs-Signature' ? `t=${time},v0=${hash}` : undefined),
    } as unknown as Request
    const config = { elevenLabs: { webhookSecret: SECRET } } as Config
    const begun = reportProof(config, { accepted() {} } as unknown as RefusalWatch).begin(req)
    const kept: Buffer[] = []
    let at = 0
    for (const length of [...lengths, body.length]) {
      const part = body.subarray(at, at + length)
      at += length
      if (part.length > 0 && begun?.take(part)) kept.push(part)
    }
    const isProven = begun?.proves(Buffer.concat(kept))
    return { isProven, kept: Buffer.concat(kept).length, body: req.body, length: body.length }
  }

  test.each([[[]], [[1]], [[4]], [[1, 1, 1, 1, 1]], [[20]], [[36]], [[999]], [[1_000]]])(
    'of sound, in parts of %j and the rest, is given without its sound having been kept',
    (lengths) => {
      const { isProven, kept, body } = read(
        { type: 'post_call_audio', data: { full_audio: 'A'.repeat(100_000) } },
        lengths,
      )

      expect(isProven).toBe(true)
      expect(kept).toBeLessThan(1_000)
      expect(body).toEqual({})
    },
  )

  test.each([[[]], [[1]], [[4]], [[999]]])(
    'of a transcript that speaks of sound, in parts of %j and the rest, is kept whole',
    (lengths) => {
      const report = {
        type: 'post_call_transcription',
        data: { type: 'post_call_audio', said: 'x'.repeat(5_000) },
      }

      const { kept, body, length } = read(report, lengths)

      expect(kept).toBe(length)
      expect(body).toEqual(report)
    },
  )
})
