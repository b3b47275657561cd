import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { backUp } from '../support/backup.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { aPoolNumber } from '../support/manual.ts'
import {
  aLine,
  endQuarantine,
  givingOf,
  releaseDue,
  rowOf,
  stateAtCarriers,
  syncDue,
} from '../support/quarantine.ts'
import { findingsOf, inTwilioConsole, numberAtTwilio } from '../support/reconcile.ts'
import { control, notifications } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

const CUSTOMER = '+16045559731'

describe.each(['elevenlabs', 'server'])('a number, with INBOUND_VOICE %s,', (voice) => {
  let world: World
  beforeAll(async () => {
    world = await startWorld({ settings: { INBOUND_VOICE: voice } })
  })
  afterAll(() => stopWithCleanLogs(world))

  const markOf = async (number: string) =>
    new URL((await numberAtTwilio(world, number)).sms_url).searchParams.get('quarantine')
  const notificationsOf = async (number: string) =>
    (await notifications(world, '?type=reconcile_findings&status=pending')).filter(
      (row) => row.phone_number === number,
    )
  /** Every loop that could change or release the number, its quarantine over. */
  const runLoops = async (number: string) => {
    for (let turn = 0; turn < 2; turn += 1) {
      await endQuarantine(world, number)
      await releaseDue(world)
      await findingsOf(world, 'repair')
      await world.sql('update phone_numbers set sync_due_at = now() where phone_number = $1', [
        number,
      ])
      await syncDue(world)
    }
  }
  const lastHolding = async (number: string) => {
    const [row] = await world.sql<{ id: string }>(
      `select h.id from organization_phone_numbers h join phone_numbers p on p.id = h.phone_number_id
       where p.phone_number = $1 order by h.assigned_at desc limit 1`,
      [number],
    )
    return row?.id
  }
  const heardAt = async (number: string) =>
    (await control(world, 'POST', 'calls', { from: CUSTOMER, to: number })).agentSaid as string

  test('given up, carries the holding that ended in its SMS URL, and a text to it is refused as before', async () => {
    const line = await aLine(world)

    await line.organization.release()

    expect(await markOf(line.number)).toBe(await lastHolding(line.number))
    const texted = await control(world, 'POST', 'sms', {
      from: CUSTOMER,
      to: line.number,
      body: 'Still there?',
    })
    expect(texted.status).toBe(404)
    await line.organization.restore()
    expect(await markOf(line.number)).toBeNull()
  })

  test('given up out of the pool, carries a mark of that very quarantine', async () => {
    const number = await aPoolNumber(world)
    const marks: (string | null)[] = []
    for (let turn = 0; turn < 2; turn += 1) {
      await givingOf(world, number).release()
      marks.push(await markOf(number))
      await givingOf(world, number).restore()
    }

    expect(marks[0]).toMatch(/^[0-9a-f-]{36}$/)
    expect(marks[1]).not.toBe(marks[0])
  })

  test('restored since the backup, is released and changed by nobody, and a person is told', async () => {
    const line = await aLine(world)
    await line.organization.release()
    const restore = await backUp(world)
    await line.organization.restore()
    await restore()
    const before = await stateAtCarriers(world, line.number)

    await runLoops(line.number)

    expect(await stateAtCarriers(world, line.number)).toEqual(before)
    expect(await rowOf(world, line.number)).toMatchObject({
      status: 'quarantined',
      releasing_at: null,
      sync_due_at: null,
    })
    const reported = await notificationsOf(line.number)
    expect(reported).toHaveLength(1)
    expect(reported[0]?.message).toContain(line.name)
    expect(reported[0]?.message).toContain(`/api/admin/phone-numbers/${line.number}/restore`)

    expect((await line.admin.restore()).body.status).toBe('assigned')
    expect(await heardAt(line.number)).toContain(line.name)
    expect(await notificationsOf(line.number)).toEqual([])
  })

  test('restored since the backup, and really given up, is restored and released, and then goes', async () => {
    const line = await aLine(world)
    await line.organization.release()
    const restore = await backUp(world)
    await line.organization.restore()
    await restore()
    await runLoops(line.number)

    await line.admin.restore()
    await line.admin.release()
    await endQuarantine(world, line.number)
    await releaseDue(world)

    expect(await stateAtCarriers(world, line.number)).toEqual({
      twilio: undefined,
      elevenlabs: undefined,
    })
    expect(await notificationsOf(line.number)).toEqual([])
  })

  test('given up since the backup, is changed by nobody, and a person is told; released, it goes when its time is over', async () => {
    const line = await aLine(world)
    const restore = await backUp(world)
    await line.organization.release()
    await restore()
    const before = await stateAtCarriers(world, line.number)

    await runLoops(line.number)

    expect(await stateAtCarriers(world, line.number)).toEqual(before)
    const reported = await notificationsOf(line.number)
    expect(reported).toHaveLength(1)
    expect(reported[0]?.message).toContain(line.name)
    expect(reported[0]?.message).toContain(`/api/admin/phone-numbers/${line.number}/release`)

    await line.admin.release()
    expect(await notificationsOf(line.number)).toEqual([])
    await endQuarantine(world, line.number)
    await releaseDue(world)
    expect((await rowOf(world, line.number)).status).toBe('released')
  })

  test('given up since the backup, speaks again once a person restores it', async () => {
    const line = await aLine(world)
    const restore = await backUp(world)
    await line.organization.release()
    await restore()
    await runLoops(line.number)

    const restored = await line.admin.restore()

    expect(restored.body.status).toBe('assigned')
    expect(await markOf(line.number)).toBeNull()
    expect(await heardAt(line.number)).toContain(line.name)
    expect(await notificationsOf(line.number)).toEqual([])
  })

  test('restored and given up again since the backup, is released and changed by nobody; restored, it speaks', async () => {
    const line = await aLine(world)
    await line.organization.release()
    const restore = await backUp(world)
    await line.organization.restore()
    await line.organization.release()
    await restore()
    const before = await stateAtCarriers(world, line.number)

    await runLoops(line.number)

    expect(await stateAtCarriers(world, line.number)).toEqual(before)
    expect(await notificationsOf(line.number)).toHaveLength(1)
    await line.admin.restore()
    expect(await markOf(line.number)).toBeNull()
    expect(await heardAt(line.number)).toContain(line.name)
    expect(await notificationsOf(line.number)).toEqual([])
  })

  test('of the pool, given up since the backup, is given to nobody once that was seen', async () => {
    const number = await aPoolNumber(world)
    const restore = await backUp(world)
    await givingOf(world, number).release()
    await restore()
    await findingsOf(world, 'repair')
    const before = await stateAtCarriers(world, number)

    const line = await aLine(world)

    expect(line.number).not.toBe(number)
    expect(await stateAtCarriers(world, number)).toEqual(before)
    expect(await notificationsOf(number)).toHaveLength(1)
  })

  test('of the pool, given away since the backup, is nobody else’s once the pool was put aside as the runbook says', async () => {
    const number = await aPoolNumber(world)
    const restore = await backUp(world)
    expect((await aLine(world)).number).toBe(number)
    await restore()
    const runbook = await readFile(new URL('../../docs/operations.md', import.meta.url), 'utf8')
    const [statement] = /select public\.quarantine_any_phone_number.*?;/s.exec(runbook) ?? []
    await world.sql(statement ?? '')
    await syncDue(world)

    expect((await aLine(world)).number).not.toBe(number)
    expect(await heardAt(number)).toContain('not in service')
    expect((await givingOf(world, number).restore()).body.status).toBe('configured')
  })

  test('given up and back in one backup, loses the mark that was left by itself', async () => {
    const line = await aLine(world)
    await line.organization.release()
    const { sms_url } = await numberAtTwilio(world, line.number)
    await line.organization.restore()
    await inTwilioConsole(world, line.number, { SmsUrl: sms_url })

    await findingsOf(world, 'repair')

    expect(await markOf(line.number)).toBeNull()
    expect(await notificationsOf(line.number)).toEqual([])
  })

  test('whose releasing had begun in the backup, and that is live since, is not released', async () => {
    const line = await aLine(world)
    await line.organization.release()
    await world.sql('update phone_numbers set releasing_at = now() where phone_number = $1', [
      line.number,
    ])
    const restore = await backUp(world)
    await world.sql('update phone_numbers set releasing_at = null where phone_number = $1', [
      line.number,
    ])
    await line.organization.restore()
    await restore()
    const before = await stateAtCarriers(world, line.number)

    await endQuarantine(world, line.number)
    await releaseDue(world)

    expect(await stateAtCarriers(world, line.number)).toEqual(before)
    expect(await notificationsOf(line.number)).toHaveLength(1)
  })
})
