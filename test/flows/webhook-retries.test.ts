import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { withoutFragment } from '../../src/carriers/webhook-url.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { aLine, endQuarantine, releaseDue, stateAtCarriers } from '../support/quarantine.ts'
import { findingsOf, inTwilioConsole, numberAtTwilio } from '../support/reconcile.ts'
import { choose } from '../support/voice-modes.ts'
import { startWorld, type World } from '../support/world.ts'

const RETRIES = '#rc=2&rp=5xx,rt,ct'

describe('the webhooks of a number', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld()
  })
  afterAll(() => stopWithCleanLogs(world))

  /** As a release that did not ask for retries had left them. */
  async function withoutRetries(number: string) {
    const { sms_url, sms_fallback_url, status_callback } = await numberAtTwilio(world, number)
    await inTwilioConsole(world, number, {
      SmsUrl: withoutFragment(sms_url),
      SmsFallbackUrl: withoutFragment(sms_fallback_url),
      StatusCallback: withoutFragment(status_callback),
    })
  }

  test('that may be told twice, ask Twilio to send again; those that callers wait for do not', async () => {
    const line = await aLine(world)
    await choose(world, line.id, 'server')

    const row = await numberAtTwilio(world, line.number)

    expect(row.sms_url).toContain(RETRIES)
    expect(row.sms_fallback_url).toContain(RETRIES)
    expect(row.status_callback).toContain(RETRIES)
    expect(row.voice_url).not.toContain('#')
  })

  test('of a number that ElevenLabs answers, leave the status callback of ElevenLabs as it is', async () => {
    const { number } = await aLine(world)

    const { status_callback } = await numberAtTwilio(world, number)

    expect(status_callback).not.toContain('#')
  })

  test('without the retries, are no drift, and do not keep the number from being released', async () => {
    const line = await aLine(world)
    await choose(world, line.id, 'server')
    await withoutRetries(line.number)

    expect(await findingsOf(world, 'dry-run', [line.number])).toEqual([])
    await line.organization.release()
    await withoutRetries(line.number)
    expect(await findingsOf(world, 'dry-run', [line.number])).toEqual([])
    await endQuarantine(world, line.number)
    await releaseDue(world)

    expect((await stateAtCarriers(world, line.number)).twilio).toBeUndefined()
  })
})
