import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { aPoolNumber, importInDashboard } from '../support/manual.ts'
import { aLine, rowOf } from '../support/quarantine.ts'
import { findingsOf, numberAtTwilio } from '../support/reconcile.ts'
import { ADMIN, control, fault, notifications, request, runOrders } from '../support/requests.ts'
import { callTo, dial, importsOf, syncAll } from '../support/voice-modes.ts'
import { startWorld, type World } from '../support/world.ts'

const idOf = async (world: World, number: string): Promise<string> =>
  (await rowOf(world, number)).elevenlabs_phone_id ?? ''

/** What a person does in ElevenLabs' dashboard. */
async function deleteImport(world: World, number: string): Promise<string> {
  const id = await idOf(world, number)
  await world.context.voiceAgents.removeNumber(id)
  return id
}

const makeDue = (world: World, number: string) =>
  world.sql('update phone_numbers set sync_due_at = now() where phone_number = $1', [number])

const syncOnce = (world: World) =>
  world.context.phoneNumbers.syncDue.tick(new AbortController().signal)

describe('an import that somebody deleted at ElevenLabs', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld()
  })
  afterEach(async () => {
    await control(world, 'DELETE', 'faults')
    // Of all that is gone, each test's is alone: hours lie between them.
    await world.sql("update presumed_losses set presumed_at = now() - interval '7 hours'")
  })
  afterAll(() => stopWithCleanLogs(world))

  test('found while its number is synced, has the number answered here at once, and is made anew', async () => {
    const { number, name, id: organizationId } = await aLine(world)
    const before = await numberAtTwilio(world, number)
    const gone = await deleteImport(world, number)
    await makeDue(world, number)

    await syncAll(world)
    const meanwhile = await callTo(world, number)
    const kept = await idOf(world, number)
    const dialled = await dial(world, organizationId)
    await runOrders(world)

    expect(meanwhile).toMatchObject({ mode: 'server', agentSaid: expect.stringContaining(name) })
    expect(kept).toBe(gone)
    expect([200, 409]).toContain(dialled.status)
    expect(await numberAtTwilio(world, number)).toEqual({
      ...before,
      date_updated: expect.anything(),
    })
    expect(await importsOf(world, number)).toEqual([
      expect.objectContaining({ phone_number_id: await idOf(world, number) }),
    ])
    expect(await callTo(world, number)).toMatchObject({
      mode: 'elevenlabs',
      agentSaid: expect.stringContaining(name),
    })
    const reported = await notifications(world, '?status=pending')
    expect(reported.filter(({ phone_number }) => phone_number === number)).toEqual([])
  })

  test('found by the sweep, is made anew, and its id kept until then', async () => {
    const { number, name } = await aLine(world)
    const gone = await deleteImport(world, number)

    expect(await findingsOf(world, 'repair', [number])).toMatchObject([{ action: 'reimported' }])
    const kept = await idOf(world, number)
    await runOrders(world)

    expect(kept).toBe(gone)
    expect(await idOf(world, number)).not.toBe(gone)
    expect((await callTo(world, number)).agentSaid).toContain(name)
    expect(await findingsOf(world, 'repair', [number])).toEqual([])
  })

  test('that was told by a wrong answer, is found again, and nothing is made anew', async () => {
    const { number, name } = await aLine(world)
    const id = await idOf(world, number)
    await fault(world, 'elevenlabs', 'phoneNumbers.get', 'error', { status: 404 })
    await makeDue(world, number)

    await syncOnce(world)
    await runOrders(world)
    await syncAll(world)

    expect(await idOf(world, number)).toBe(id)
    expect(await importsOf(world, number)).toHaveLength(1)
    expect(await callTo(world, number)).toMatchObject({
      mode: 'elevenlabs',
      agentSaid: expect.stringContaining(name),
    })
  })

  test('begun with a former token and found late, is taken for what it was made with', async () => {
    const { number } = await aLine(world)
    await deleteImport(world, number)
    await findingsOf(world, 'repair', [number])
    await world.sql('update phone_numbers set import_begun_hash = $2 where phone_number = $1', [
      number,
      'of the former token',
    ])
    const late = await importInDashboard(world, number)
    await fault(world, 'elevenlabs', 'phoneNumbers.list', 'empty_list')

    await runOrders(world)

    expect(
      await world.sql(
        'select elevenlabs_phone_id, import_token_hash from phone_numbers where phone_number = $1',
        [number],
      ),
    ).toEqual([{ elevenlabs_phone_id: late, import_token_hash: 'of the former token' }])
  })

  test('that ElevenLabs goes on listing and not knowing, is told to a person, and not asked for for ever', async () => {
    const { number, name } = await aLine(world)
    await fault(world, 'elevenlabs', 'phoneNumbers.get', 'error', { status: 404, times: 99 })
    await makeDue(world, number)

    await syncAll(world)
    await runOrders(world)

    const [reported] = (await notifications(world, '?type=elevenlabs_import_required')).filter(
      ({ phone_number }) => phone_number === number,
    )
    expect(reported).toMatchObject({
      status: 'pending',
      message: expect.stringContaining('is listed'),
    })
    expect(await callTo(world, number)).toMatchObject({
      mode: 'server',
      agentSaid: expect.stringContaining(name),
    })
  })

  test('of a number given up and taken back, is made anew', async () => {
    const line = await aLine(world)
    await line.organization.release()
    await deleteImport(world, line.number)

    await line.organization.restore()
    await syncAll(world)
    await runOrders(world)

    expect(await callTo(world, line.number)).toMatchObject({
      mode: 'elevenlabs',
      agentSaid: expect.stringContaining(line.name),
    })
  })

  test('of a number whose order is about to set it up, is made anew by that order', async () => {
    const number = await aPoolNumber(world)
    await deleteImport(world, number)
    const { organization } = (
      await request(world.origin, 'POST', '/api/auth/organizations', {
        token: ADMIN,
        body: { name: 'Deleted Motors', email: 'd@example.com', provisionPhone: false },
      })
    ).body

    const assigned = await request(
      world.origin,
      'POST',
      `/api/admin/phone-numbers/${number}/assign`,
      { token: ADMIN, body: { organizationId: organization.id } },
    )

    expect(assigned.status).toBe(200)
    expect(await callTo(world, number)).toMatchObject({
      mode: 'elevenlabs',
      agentSaid: expect.stringContaining('Deleted Motors'),
    })
  })
})

describe('an import that somebody deleted, where imports are left to persons', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld()
    await world.restart({ ELEVENLABS_IMPORT: 'manual' })
  })
  afterAll(() => stopWithCleanLogs(world))

  test('found while its number is synced, has it answered here and a person told, until it is activated with the new id', async () => {
    await world.restart({})
    const { number, name } = await aLine(world)
    await world.restart({ ELEVENLABS_IMPORT: 'manual' })
    await deleteImport(world, number)
    await makeDue(world, number)

    await syncAll(world)
    await runOrders(world)

    expect(await callTo(world, number)).toMatchObject({
      mode: 'server',
      agentSaid: expect.stringContaining(name),
    })
    const [reported] = await notifications(world, '?status=pending&type=elevenlabs_import_required')
    expect(reported).toMatchObject({ phone_number: number })
    const elevenLabsPhoneId = await importInDashboard(world, number)
    const activated = await request(
      world.origin,
      'POST',
      `/api/admin/phone-numbers/${number}/activate`,
      { token: ADMIN, body: { elevenLabsPhoneId } },
    )
    expect(activated).toMatchObject({ status: 200, body: { status: 'assigned' } })
    expect(await idOf(world, number)).toBe(elevenLabsPhoneId)
    expect(await callTo(world, number)).toMatchObject({
      mode: 'elevenlabs',
      agentSaid: expect.stringContaining(name),
    })
    expect(await notifications(world, '?status=pending')).toEqual([])
  })
})
