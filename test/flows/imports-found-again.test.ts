import { describe, expect, test } from 'vitest'
import { importInDashboard } from '../support/manual.ts'
import { aLine, rowOf } from '../support/quarantine.ts'
import { reconcile } from '../support/reconcile.ts'
import { ADMIN, fault, request, runOrders } from '../support/requests.ts'
import { NEW, rotationOf } from '../support/token-rotation.ts'
import { syncAll } from '../support/voice-modes.ts'
import type { World } from '../support/world.ts'

type Line = Awaited<ReturnType<typeof aLine>>

describe('an import that is of no use', () => {
  let world: World
  const { aSecondary, promote, exchange, renew, renewAll, states, answers } = rotationOf(
    (began) => {
      world = began
    },
  )

  const MANUAL = { ELEVENLABS_IMPORT: 'manual' }
  /** As operations.md has it, with imports left to persons. */
  const refused = async () => {
    await renew()
    await aSecondary()
    await exchange(MANUAL)
    await renewAll()
    await promote()
    await renewAll()
  }
  /** The servers never had both tokens. */
  const unknown = async () => {
    await aSecondary()
    await promote()
    await world.restart({ TWILIO_AUTH_TOKEN: NEW })
    await renewAll()
  }
  /** ElevenLabs lists no number once, and knows none of these once. */
  const calledGone = async (lines: Line[]) => {
    await fault(world, 'elevenlabs', 'phoneNumbers.list', 'empty_list')
    await fault(world, 'elevenlabs', 'phoneNumbers.get', 'error', {
      status: 404,
      times: lines.length,
    })
    await reconcile(world, { mode: 'repair' })
    expect(await states()).toEqual(lines.map(() => ({ import_state: 'gone' })))
  }
  const idOf = async ({ number }: Line) => (await rowOf(world, number)).elevenlabs_phone_id ?? ''
  const activate = (line: Line, elevenLabsPhoneId: string) =>
    request(world.origin, 'POST', `/api/admin/phone-numbers/${line.number}/activate`, {
      token: ADMIN,
      body: { elevenLabsPhoneId },
    })

  test.each([
    ['refused', refused],
    ['unknown', unknown],
  ])(
    'because its token is %s, called gone and found again, is of no use still',
    async (state, happens) => {
      const lines = [await aLine(world), await aLine(world), await aLine(world)]
      await happens()
      const before = await Promise.all(lines.map(idOf))
      await calledGone(lines)

      await runOrders(world)
      await syncAll(world)

      expect(await states()).toEqual(lines.map(() => ({ import_state: state })))
      expect(await Promise.all(lines.map(idOf))).toEqual(before)
      for (const line of lines) expect(await answers(line)).toBe('server')
    },
  )

  test('because its token is refused, called gone and entered by a person under the same id, is of no use still', async () => {
    const line = await aLine(world)
    await refused()
    await calledGone([line])

    await activate(line, await idOf(line))
    await syncAll(world)

    expect(await states()).toEqual([{ import_state: 'refused' }])
    expect(await answers(line)).toBe('server')
  })

  test('because it was begun before the token was exchanged, found after that, is made anew', async () => {
    const line = await aLine(world)
    await renew()
    await world.context.voiceAgents.removeNumber(await idOf(line))
    await reconcile(world, { mode: 'repair' })
    await world.sql('update phone_numbers set import_begun_hash = import_token_hash')
    expect(await importInDashboard(world, line.number)).toEqual(expect.any(String))
    await aSecondary()
    await exchange()
    await renew()
    await promote()
    await renew()

    await runOrders(world)
    const meanwhile = await answers(line)
    await renewAll()

    expect(meanwhile).toBe('server')
    expect(await answers(line)).toBe('elevenlabs')
  })
})
