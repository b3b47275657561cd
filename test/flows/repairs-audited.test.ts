import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { forget, inTwilioConsole, reconcile, type SweepFinding } from '../support/reconcile.ts'
import { ADMIN, request, signUp } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

describe('what a repair changes', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld()
  })
  afterAll(() => stopWithCleanLogs(world))

  /** Three numbers of which a repair changes each in another way. */
  async function broken() {
    const lines: { organizationId: string; number: string }[] = []
    for (let n = 0; n < 3; n += 1) {
      const { organization } = await signUp(world)
      lines.push({ organizationId: organization.id, number: organization.phoneNumber })
    }
    const [orphan, ghost, drifted] = lines
    if (!orphan || !ghost || !drifted) throw new Error('no lines')
    await forget(world, orphan.number)
    await inTwilioConsole(world, ghost.number, 'release')
    await inTwilioConsole(world, drifted.number, { SmsUrl: 'http://127.0.0.1:9/else' })
    return { orphan, ghost, drifted }
  }
  const auditOf = (numbers: string[]) =>
    world.sql<{ action: string; subject: string; request_id: string }>(
      `select action, subject, actor_kind, actor_name, organization_id, address, request_id from audit_log
       where subject = any ($1) order by subject`,
      [numbers],
    )

  test('asked for by an operator, is in the audit log, number by number, with who asked and from where', async () => {
    const { orphan, ghost, drifted } = await broken()

    const { status } = await reconcile(world, { mode: 'repair' })

    expect(status).toBe(200)
    const entries = await auditOf([orphan.number, ghost.number, drifted.number])
    const [asked] = await world.sql<{ request_id: string }>(
      "select request_id from audit_log where action = 'begin_repair'",
    )
    const by = {
      actor_kind: 'operator',
      actor_name: 'sandbox',
      address: expect.stringMatching(/127\.0\.0\.1$/),
      request_id: asked?.request_id,
    }
    expect(entries).toHaveLength(3)
    expect(entries).toEqual(
      expect.arrayContaining([
        { ...by, action: 'adopt_number', subject: orphan.number, organization_id: null },
        {
          ...by,
          action: 'mark_ghosts',
          subject: ghost.number,
          organization_id: ghost.organizationId,
        },
        {
          ...by,
          action: 'make_number_due',
          subject: drifted.number,
          organization_id: drifted.organizationId,
        },
      ]),
    )
  })

  test('by the loop itself, is in the audit log by nobody', async () => {
    const { orphan, ghost, drifted } = await broken()

    await world.context.reconcile.reconcile.work(new AbortController().signal)

    const { body } = await request(world.origin, 'GET', '/api/admin/reconcile', { token: ADMIN })
    const acted = (body.report.findings as SweepFinding[]).map((each) => [
      each.phoneNumber,
      each.action,
    ])
    expect(acted).toEqual(
      expect.arrayContaining([
        [orphan.number, 'adopted'],
        [ghost.number, 'marked'],
        [drifted.number, 'synced'],
      ]),
    )
    expect(await auditOf([orphan.number, ghost.number, drifted.number])).toEqual([])
  })
})
