import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { request, signUp } from '../support/requests.ts'
import { twilioPost } from '../support/signed.ts'
import { startWorld, type World } from '../support/world.ts'

describe('callers who are erased between their calls', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld({
      settings: {
        INBOUND_VOICE: 'server',
        INBOUND_CALLER_HOURLY_CALLS: '2',
        INBOUND_NUMBER_HOURLY_CALLS: '4',
      },
    })
  })
  afterAll(() => stopWithCleanLogs(world))

  /** An organization whose customers are erased after each call; and whether a call is answered. */
  async function aForgetful() {
    const { organization, token } = await signUp(world)
    const contacts = `/api/organizations/${organization.id}/contacts`
    return async (from: string) => {
      const { body } = await twilioPost(world, '/api/webhooks/call/incoming', {
        CallSid: `CA${randomBytes(16).toString('hex')}`,
        From: from,
        To: organization.phoneNumber,
        CallStatus: 'ringing',
      })
      const list = await request(world.origin, 'GET', contacts, { token })
      for (const { id } of list.body.contacts)
        await request(world.origin, 'DELETE', `${contacts}/${id}`, { token })
      return body.includes('<Connect>')
    }
  }

  test('one caller, erased after each call, is not answered more often than any other', async () => {
    const isAnswered = await aForgetful()

    const same = []
    for (let i = 0; i < 4; i += 1) same.push(await isAnswered('+16045559874'))

    expect(same).toEqual([true, true, false, false])
    expect(await isAnswered('+16045559875')).toBe(true)
  })

  test('a number whose callers are erased, all of them, is not answered more often', async () => {
    const isAnswered = await aForgetful()

    const answered = []
    for (let i = 0; i < 6; i += 1) answered.push(await isAnswered(`+1604555988${i}`))

    expect(answered).toEqual([true, true, true, true, false, false])
  })
})
