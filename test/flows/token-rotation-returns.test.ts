import { describe, expect, test } from 'vitest'
import { aLine, rowOf } from '../support/quarantine.ts'
import { findingsOf } from '../support/reconcile.ts'
import { control, runOrders } from '../support/requests.ts'
import { NEW, rotationOf } from '../support/token-rotation.ts'
import { dial, syncAll } from '../support/voice-modes.ts'
import type { World } from '../support/world.ts'

type Line = Awaited<ReturnType<typeof aLine>>

describe('a number that comes back after Twilio’s token was exchanged', () => {
  let world: World
  const { aSecondary, promote, exchange, renew, renewAll, reported, answers } = rotationOf(
    (began) => {
      world = began
    },
  )

  /** The runbook, to its end: no token before the present one is left anywhere. */
  const exchanged = async () => {
    await aSecondary()
    await exchange()
    await renewAll()
    await promote()
    await renewAll()
    expect(await reported()).toEqual([])
    await world.restart({ TWILIO_AUTH_TOKEN: NEW })
    await renewAll()
  }

  /** How it goes, for nobody to bring it over, and comes back. */
  const ways: Record<string, { go: (line: Line) => unknown; comeBack: (line: Line) => unknown }> = {
    'was given up': {
      go: ({ organization }) => organization.release(),
      comeBack: ({ organization }) => organization.restore(),
    },
    'was missing at Twilio': {
      go: ({ number }) =>
        world.sql('update phone_numbers set ghost_since = now() where phone_number = $1', [number]),
      comeBack: ({ number }) => findingsOf(world, 'repair', [number]),
    },
    'was left alone': {
      go: ({ number }) =>
        world.sql("update phone_numbers set mark_doubt = '' where phone_number = $1", [number]),
      comeBack: ({ number }) =>
        world.sql('update phone_numbers set mark_doubt = null where phone_number = $1', [number]),
    },
  }

  test.each(Object.keys(ways))(
    'and %s meanwhile, has its import made anew, whichever others there were',
    async (way) => {
      const [line, other] = [await aLine(world), await aLine(world)]
      await ways[way]?.go(line)
      await syncAll(world)
      await exchanged()

      await ways[way]?.comeBack(line)
      await renew()
      await syncAll(world)
      const first = await answers(line)
      const dialled = await dial(world, line.id)
      await renewAll()

      expect(first).toBe('server')
      expect(dialled).toMatchObject({ status: 409, body: { code: 'import_pending' } })
      expect(await answers(line)).toBe('elevenlabs')
      expect(await answers(other)).toBe('elevenlabs')
      expect(await reported('resolved')).not.toContainEqual(
        expect.objectContaining({ message: expect.stringContaining('nobody knows') }),
      )
      expect(await reported()).toEqual([])
    },
  )

  test('and was given up before two exchanges, has its import made anew', async () => {
    const line = await aLine(world)
    await aLine(world)
    await line.organization.release()
    await syncAll(world)
    await exchanged()
    const third = 'the-third-token'
    await control(world, 'POST', 'credentials', { twilioSecondaryToken: third })
    await world.restart({ TWILIO_AUTH_TOKEN: third, TWILIO_AUTH_TOKEN_PREVIOUS: NEW })
    await renewAll()
    await promote()
    await renewAll()
    await world.restart({ TWILIO_AUTH_TOKEN: third })

    await line.organization.restore()
    await renewAll()
    await syncAll(world)
    await runOrders(world)

    expect(await answers(line)).toBe('elevenlabs')
    expect((await rowOf(world, line.number)).import_state).toBeNull()
  })

  test('and was the only one there was, has its import made anew', async () => {
    const line = await aLine(world)
    await ways['was left alone']?.go(line)
    await exchanged()

    await ways['was left alone']?.comeBack(line)
    await renewAll()

    expect(await answers(line)).toBe('elevenlabs')
    expect(await reported()).toEqual([])
  })
})
