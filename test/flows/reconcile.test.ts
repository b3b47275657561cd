import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createAgent } from '../support/agents.ts'
import { effects } from '../support/effects.ts'
import { releaseHeld } from '../support/held.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import {
  aPoolNumber,
  assign,
  buyAtTwilio,
  enter,
  importInDashboard,
  numberOf,
} from '../support/manual.ts'
import {
  duringTheList,
  findingsOf,
  forget,
  inTwilioConsole,
  numberAtTwilio,
  reconcile,
} from '../support/reconcile.ts'
import {
  ADMIN,
  atCarriers,
  control,
  fault,
  notifications,
  request,
  runOrders,
  signUp,
} from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

describe('a sweep', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld({
      timings: { orderRecheckIntervalMs: 150, orderBackoffMs: 1_000, orderBackoffMaxMs: 1_000 },
      // Pages of one number each, so that every list has many.
      telephony: (real) => ({
        ...real,
        async *listNumbers(about) {
          for await (const page of real.listNumbers(about))
            for (const number of page) yield [number]
        },
      }),
    })
  })
  afterEach(() => control(world, 'DELETE', 'faults'))
  afterAll(() => stopWithCleanLogs(world))

  const codes =
    '205 206 213 214 303 312 404 503 512 602 617 702 713 718 801 808 813 816 907 916 615 619 203 207'.split(
      ' ',
    )
  /** Criteria that no number of another test, waiting in the pool or released, meets. */
  const aCode = async () => {
    const areaCode = codes.pop()
    await control(world, 'POST', 'stock', { areaCode, count: 5 })
    return areaCode ?? ''
  }
  const signUpAlone = async () =>
    (await signUp(world, { preferredAreaCode: await aCode(), areaCodeOnly: true })).organization
  const aLine = async () => {
    const organization = await signUpAlone()
    return { organizationId: organization.id as string, number: organization.phoneNumber as string }
  }
  const onAgent = (method: string, id: string) =>
    request(world.origin, method, `/api/agents/${id}`, { token: ADMIN })
  /** An organization whose one number is that of its agent. */
  const anAgentsLine = async () => {
    const { organization, token } = await signUp(world, { provisionPhone: false })
    const { body: agent } = await createAgent(world, token, { area_code: await aCode() })
    return { organizationId: organization.id as string, agent }
  }
  const rowOf = async (number: string) => {
    const [row] = await world.sql<{ status: string; ghost_since: Date | null }>(
      `select status, ghost_since from phone_numbers where phone_number = $1 and status not in ('released', 'failed')`,
      [number],
    )
    return row
  }
  const unassign = async (number: string) => {
    const holding = `(select h.id from organization_phone_numbers h join phone_numbers p on p.id = h.phone_number_id
      where p.phone_number = $1)`
    await world.sql(
      `update organizations set default_phone_number_id = null where default_phone_number_id in ${holding}`,
      [number],
    )
    await world.sql(
      `update organization_phone_numbers set ended_at = now(), is_active = false where id in ${holding}`,
      [number],
    )
  }
  const bought = async () =>
    ((await atCarriers(world)).requests.twilio['incomingPhoneNumbers.create'] ?? 0) as number
  /** The one row of the sweep; what it tells of single numbers apart. */
  const reported = async () =>
    (await notifications(world, '?type=reconcile_findings&status=pending')).filter(
      (row) => row.phone_number === null,
    )

  describe('that finds a number it bought and does not know', () => {
    test('whose row is gone, takes it into quarantine, and finds it no more', async () => {
      const { number } = await aLine()
      await forget(world, number)

      expect(await findingsOf(world, 'dry-run', [number])).toMatchObject([
        { class: 'orphan_paid', action: 'none' },
      ])
      expect(await findingsOf(world, 'repair', [number])).toMatchObject([
        { class: 'orphan_paid', action: 'adopted', organizationId: null },
      ])

      expect((await rowOf(number))?.status).toBe('quarantined')
      expect(await findingsOf(world, 'repair', [number])).toEqual([])
    })

    test('whose row is gone, counts it as paid for since its purchase, not since it was found', async () => {
      const { number } = await aLine()
      const { date_created } = await numberAtTwilio(world, number)
      await forget(world, number)

      await findingsOf(world, 'repair', [number])

      const [row] = await world.sql('select bought_at from phone_numbers where phone_number = $1', [
        number,
      ])
      expect(row).toEqual({ bought_at: new Date(date_created) })
      await runOrders(world)
    })

    test.each(['there', 'deleted since'])(
      'which it bought for an agent that is %s, takes it into quarantine',
      async (what) => {
        const { agent } = await anAgentsLine()
        await forget(world, agent.phone_number)
        if (what !== 'there') expect((await onAgent('DELETE', agent.agent_id)).status).toBe(200)

        const findings = await findingsOf(world, 'repair', [agent.phone_number])

        expect(findings).toMatchObject([{ action: 'adopted', organizationId: null }])
        expect((await rowOf(agent.phone_number))?.status).toBe('quarantined')
      },
    )

    test('and whose organization has another by now, takes it into quarantine', async () => {
      const { organizationId, number } = await aLine()
      await forget(world, number)
      const other = await aPoolNumber(world)
      await assign(world, other, organizationId)

      const findings = await findingsOf(world, 'repair', [number])

      expect(findings).toMatchObject([{ action: 'adopted', organizationId: null }])
      expect((await rowOf(number))?.status).toBe('quarantined')
      expect(await numberOf(world, organizationId)).toBe(other)
      await runOrders(world)
    })

    test('and whose organization is suspended, takes it into quarantine', async () => {
      const { organizationId, number } = await aLine()
      await forget(world, number)
      await world.sql("update organizations set status = 'suspended' where id = $1", [
        organizationId,
      ])

      const findings = await findingsOf(world, 'repair', [number])

      expect(findings).toMatchObject([{ action: 'adopted', organizationId: null }])
      await runOrders(world)
    })

    test('and was given up with its order canceled, takes it into quarantine', async () => {
      const { organizationId, number } = await aLine()
      await unassign(number)
      await world.sql(
        `update number_orders set status = 'canceled', step = 'choose' where organization_id = $1`,
        [organizationId],
      )
      await world.sql(
        `update phone_numbers set status = 'purchasing', twilio_phone_sid = null where phone_number = $1`,
        [number],
      )

      const findings = await findingsOf(world, 'repair', [number])

      expect(findings).toMatchObject([{ action: 'adopted', organizationId: null }])
      expect((await rowOf(number))?.status).toBe('quarantined')
    })

    test('and counts as released, takes it into quarantine', async () => {
      const { number } = await aLine()
      await unassign(number)
      await world.sql("update phone_numbers set status = 'released' where phone_number = $1", [
        number,
      ])

      const findings = await findingsOf(world, 'repair', [number])

      expect(findings).toMatchObject([{ action: 'adopted', organizationId: null }])
      expect((await rowOf(number))?.status).toBe('quarantined')
    })

    test('since the purchase went through late, takes the second number into quarantine', async () => {
      await fault(world, 'twilio', 'incomingPhoneNumbers.create', 'late')
      const before = await bought()
      const { id } = await signUpAlone()
      await runOrders(world)
      const own = await numberOf(world, id)
      const attempts = await world.sql<{ phone_number: string }>(
        `select phone_number from number_order_attempts a join number_orders o on o.id = a.order_id
         where a.outcome = 'abandoned' and o.organization_id = $1`,
        [id],
      )
      const late = attempts[0]?.phone_number ?? ''
      await releaseHeld(world)
      await expect.poll(() => numberAtTwilio(world, late)).toBeTruthy()

      const findings = await findingsOf(world, 'repair')
      await runOrders(world)

      expect(await bought()).toBe(before + 2)
      expect(findings.filter((each) => each.class === 'orphan_paid')).toMatchObject([
        { phoneNumber: late, action: 'adopted', organizationId: null },
      ])
      expect((await rowOf(late))?.status).toBe('quarantined')
      expect(await numberOf(world, id)).toBe(own)
    })

    test('and another that the same order bought, lets the order take one, and the other into quarantine', async () => {
      await fault(world, 'twilio', 'incomingPhoneNumbers.create', 'late', { times: 2 })
      const organization = await signUpAlone()
      await runOrders(world)
      const attempts = await world.sql<{ phone_number: string }>(
        `select a.phone_number from number_order_attempts a join number_orders o on o.id = a.order_id
         where o.organization_id = $1 and o.status = 'needs_attention' and a.outcome = 'abandoned'`,
        [organization.id],
      )
      await releaseHeld(world, 2)
      await control(world, 'POST', 'idle')
      const numbers = attempts.map((each) => each.phone_number)

      const findings = await findingsOf(world, 'repair', numbers)
      await runOrders(world)

      expect(findings.map(({ action }) => action).sort()).toEqual(['adopted', 'nudged'])
      const held = await numberOf(world, organization.id)
      expect(numbers).toContain(held)
      const statuses = await Promise.all(numbers.map(async (each) => (await rowOf(each))?.status))
      expect(statuses.sort()).toEqual(['assigned', 'quarantined'])
      expect(await findingsOf(world, 'repair', numbers)).toEqual([])
    })

    test('while its order was stopped in doubt, lets the order go on, and buys nothing', async () => {
      await fault(world, 'twilio', 'incomingPhoneNumbers.create', 'timeout', { ms: 1, times: 2 })
      const organization = await signUpAlone()
      await runOrders(world)
      const [order] = await world.sql<{ id: string; status: string }>(
        'select id, status from number_orders where organization_id = $1',
        [organization.id],
      )
      expect(order?.status).toBe('needs_attention')
      const [deployment] = await world.sql<{ id: string }>('select id from deployment')
      const attempts = await world.sql<{ phone_number: string }>(
        'select phone_number from number_order_attempts where order_id = $1',
        [order?.id],
      )
      const number = attempts[0]?.phone_number ?? ''
      await buyAtTwilio(world, {
        PhoneNumber: number,
        FriendlyName: `orgline:${deployment?.id}:${order?.id}`,
      })
      const before = await bought()

      const findings = await findingsOf(world, 'repair', [number])
      await runOrders(world)

      expect(findings).toMatchObject([{ class: 'orphan_paid', action: 'nudged' }])
      expect(await numberOf(world, organization.id)).toBe(number)
      expect(await bought()).toBe(before)
    })
  })

  describe('while numbers come and go', () => {
    test('finds nothing wrong with one that is bought after the list was made', async () => {
      const swept = await duringTheList(world, 'hold_after', aLine)

      expect(swept.body.report.findings.filter(isOurs)).toEqual([])
    })

    test('finds nothing wrong with one that is bought before the list is made', async () => {
      const swept = await duringTheList(world, 'hold_before', aLine)

      expect(swept.body.report.findings.filter(isOurs)).toEqual([])
    })
  })

  describe('that misses a number at Twilio', () => {
    test('in the pool, says so, and nobody is given it', async () => {
      const { phoneNumber: number } = await buyAtTwilio(world, { AreaCode: await aCode() })
      await enter(world, { phoneNumber: number })
      const { organization } = await signUp(world, { provisionPhone: false })
      await inTwilioConsole(world, number, 'release')

      const findings = await findingsOf(world, 'repair', [number])

      expect(findings).toMatchObject([{ class: 'ghost', action: 'marked' }])
      expect((await rowOf(number))?.ghost_since).not.toBeNull()
      const assigned = await assign(world, number, organization.id)
      expect(assigned).toMatchObject({ status: 409, body: { code: 'wrong_state' } })
      expect(await reported()).toMatchObject([
        { message: expect.stringContaining(`Missing at Twilio: ${number} (the pool)`) },
      ])
      expect(await findingsOf(world, 'repair', [number])).toMatchObject([
        { class: 'ghost', action: 'none' },
      ])
    })

    test('and finds it bought back under another SID, has it live again', async () => {
      const { organizationId, number } = await aLine()
      await inTwilioConsole(world, number, 'release')
      expect(await findingsOf(world, 'repair', [number])).toMatchObject([
        { class: 'ghost', action: 'marked', organizationId },
      ])
      const { sid } = await buyAtTwilio(world, { PhoneNumber: number })

      const findings = await findingsOf(world, 'repair', [number])

      expect(findings).toMatchObject([{ class: 'drift', action: 'synced' }])
      expect(
        await world.sql(`select ghost_since from phone_numbers where twilio_phone_sid = '${sid}'`),
      ).toEqual([{ ghost_since: null }])
      const { agentSaid } = await control(world, 'POST', 'calls', {
        from: '+16045559772',
        to: number,
      })
      expect(agentSaid).toBeTruthy()
    })
  })

  describe('that finds a number set up otherwise', () => {
    test('restores what somebody changed in the console', async () => {
      const { number } = await aLine()
      const { voice_url, sms_url } = await numberAtTwilio(world, number)
      await inTwilioConsole(world, number, {
        VoiceUrl: 'http://127.0.0.1:9/else',
        SmsUrl: 'http://127.0.0.1:9/else',
      })

      expect(await findingsOf(world, 'dry-run', [number])).toMatchObject([
        { class: 'drift', action: 'none', detail: expect.stringContaining('voiceUrl') },
      ])
      expect(await findingsOf(world, 'repair', [number])).toMatchObject([
        { class: 'drift', action: 'synced' },
      ])

      expect(await numberAtTwilio(world, number)).toMatchObject({ voice_url, sms_url })
      expect(await findingsOf(world, 'repair', [number])).toEqual([])
    })

    test('which the carrier does not let it restore, leaves it due and goes on by itself', async () => {
      const { number } = await aLine()
      await inTwilioConsole(world, number, { SmsUrl: 'http://127.0.0.1:9/else' })
      await fault(world, 'twilio', 'incomingPhoneNumbers.update', 'error', { status: 503 })

      expect(await findingsOf(world, 'repair', [number])).toMatchObject([
        { class: 'drift', action: 'due' },
      ])

      await expect
        .poll(async () => {
          await world.context.phoneNumbers.syncDue.tick(new AbortController().signal)
          return (await numberAtTwilio(world, number)).sms_url
        })
        .not.toContain('else')
    })

    test('imports it again where it was deleted at ElevenLabs', async () => {
      const { organizationId, number } = await aLine()
      const [row] = await world.sql<{ id: string }>(
        'select elevenlabs_phone_id as id from phone_numbers where phone_number = $1',
        [number],
      )
      await request(
        world.twins.origin,
        'DELETE',
        `/elevenlabs/v1/convai/phone-numbers/${row?.id}`,
        { headers: { 'xi-api-key': 'sandbox-elevenlabs-key' } },
      )

      const findings = await findingsOf(world, 'repair', [number])
      await runOrders(world)

      expect(findings).toMatchObject([{ class: 'drift', action: 'reimported', organizationId }])
      expect((await rowOf(number))?.status).toBe('assigned')
      const { answered } = await control(world, 'POST', 'calls', {
        from: '+16045559773',
        to: number,
      })
      expect(answered).toBe(true)
      expect(await findingsOf(world, 'repair', [number])).toEqual([])
    })

    test('because a person is importing it manually, leaves it alone', async () => {
      const { number } = await aLine()
      await world.sql(
        `update number_orders set status = 'needs_attention', step = 'import'
         where phone_number_id = (select id from phone_numbers where phone_number = $1)`,
        [number],
      )
      await inTwilioConsole(world, number, { SmsUrl: 'http://127.0.0.1:9/dashboard' })

      expect(await findingsOf(world, 'repair', [number])).toEqual([])

      await world.sql(
        `update number_orders set status = 'done', step = 'done'
         where phone_number_id = (select id from phone_numbers where phone_number = $1)`,
        [number],
      )
    })
  })

  test('that finds somebody else’s number, names it and never touches it', async () => {
    const { phoneNumber } = await buyAtTwilio(world, { SmsUrl: 'http://127.0.0.1:9/theirs' })
    const tagged = await buyAtTwilio(world, {
      FriendlyName: 'orgline:00000000:00000000-0000-4000-8000-000000000000',
    })
    const before = [
      await numberAtTwilio(world, phoneNumber),
      await numberAtTwilio(world, tagged.phoneNumber),
    ]

    const findings = await findingsOf(world, 'repair', [phoneNumber, tagged.phoneNumber])

    expect(findings.toSorted(byNumber)).toEqual([
      expect.objectContaining({
        class: 'foreign',
        action: 'none',
        detail: expect.stringContaining('Front desk'),
      }),
      expect.objectContaining({
        class: 'foreign',
        action: 'none',
        detail: expect.stringContaining("another deployment's"),
      }),
    ])
    expect([
      await numberAtTwilio(world, phoneNumber),
      await numberAtTwilio(world, tagged.phoneNumber),
    ]).toEqual(before)
  })

  /** Its import is labelled as the number is tagged, as that of a number of the pool is. */
  const labelAsOurs = async (number: string) => {
    const { elevenlabs } = await atCarriers(world)
    const entry = elevenlabs.phoneNumbers.find(
      (row: { phone_number: string }) => row.phone_number === number,
    )
    const { friendly_name } = await numberAtTwilio(world, number)
    await request(
      world.twins.origin,
      'PATCH',
      `/elevenlabs/v1/convai/phone-numbers/${entry.phone_number_id}`,
      {
        headers: { 'xi-api-key': 'sandbox-elevenlabs-key' },
        body: { label: friendly_name },
      },
    )
  }

  test('that finds an import of ours without its number, names it', async () => {
    const { number } = await aLine()
    await forget(world, number)
    await labelAsOurs(number)
    await inTwilioConsole(world, number, 'release')

    expect(await findingsOf(world, 'repair', [number])).toMatchObject([
      { class: 'leftover', action: 'none' },
    ])
  })

  test('with an import of ours, whose number Twilio has, though its list does not show it, finds nothing left over', async () => {
    const { number } = await aLine()
    await forget(world, number)
    await labelAsOurs(number)
    await fault(world, 'twilio', 'incomingPhoneNumbers.list', 'empty_list')

    const findings = await findingsOf(world, 'dry-run', [number])

    expect(findings.map((each) => each.class)).not.toContain('leftover')
    expect(await findingsOf(world, 'repair', [number])).toMatchObject([{ action: 'adopted' }])
  })

  test('of everything at once, counts each, changes nothing in a dry run, and the second repair nothing more', async () => {
    const [orphan, ghost, drifted] = [await aLine(), await aLine(), await aLine()]
    await forget(world, orphan.number)
    await inTwilioConsole(world, ghost.number, 'release')
    await inTwilioConsole(world, drifted.number, { SmsUrl: 'http://127.0.0.1:9/else' })
    const foreign = (await buyAtTwilio(world)).phoneNumber
    await importInDashboard(world, foreign)
    const numbers = [orphan.number, ghost.number, drifted.number, foreign]
    const before = await changes()

    const dry = await findingsOf(world, 'dry-run', numbers)

    expect(await changes()).toEqual(before)
    expect(dry.map((each) => [each.phoneNumber, each.class, each.action])).toEqual(
      expect.arrayContaining([
        [orphan.number, 'orphan_paid', 'none'],
        [ghost.number, 'ghost', 'none'],
        [drifted.number, 'drift', 'none'],
        [foreign, 'foreign', 'none'],
      ]),
    )
    const first = await reconcile(world, { mode: 'repair' })
    expect(first.body.report).toMatchObject({
      mode: 'repair',
      cause: 'request',
      counts: { orphan_paid: 1, drift: 1, repaired: 3 },
      findings: expect.arrayContaining([expect.objectContaining({ action: 'marked' })]),
    })
    await runOrders(world)
    const repaired = await changes()

    const second = await reconcile(world, { mode: 'repair' })

    expect(second.body.report.counts).toMatchObject({ orphan_paid: 0, drift: 0, repaired: 0 })
    expect(await changes()).toEqual(repaired)
    const last = await request(world.origin, 'GET', '/api/admin/reconcile', { token: ADMIN })
    expect(last.body).toEqual(second.body)
  })

  /** What a sweep could have changed, but for its report, who asked for it, and the count of what it told. */
  async function changes() {
    const { tables, spent } = await effects(world)
    const { twilio, elevenlabs } = await atCarriers(world)
    const rows = tables.filter(
      ({ name }) =>
        !['reconcile_reports', 'leases', 'admin_notifications', 'audit_log', 'added_rows'].includes(
          name,
        ),
    )
    return {
      rows,
      spent,
      numbers: twilio.numbers,
      imports: elevenlabs.phoneNumbers,
      reported: (await reported()).length,
    }
  }

  const byNumber = (a: { phoneNumber: string }, b: { phoneNumber: string }) =>
    a.phoneNumber.localeCompare(b.phoneNumber)

  const known: string[] = ['foreign', 'leftover', 'ghost']
  const isOurs = (finding: { class: string; action: string }) =>
    !known.includes(finding.class) || finding.action !== 'none'
})
