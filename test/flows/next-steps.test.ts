import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { syncDue } from '../support/quarantine.ts'
import { findingsOf, inTwilioConsole } from '../support/reconcile.ts'
import { ADMIN, control, fault, request, signUp, tickOrders } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

/** What each state is called, test/unit/organization-next-steps.test.ts says; here is how they come about. */
describe('what an organization is told to do next', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld({ settings: { SIGNUP_MODE: 'approval', PURCHASE_DAILY_LIMIT: '1' } })
  })
  afterAll(() => stopWithCleanLogs(world))

  const approve = (organizationId: string) =>
    request(world.origin, 'PATCH', `/api/organizations/${organizationId}`, {
      token: ADMIN,
      body: { status: 'active' },
    })
  const stepsOf = async (organizationId: string): Promise<string> => {
    const path = `/api/organizations/${organizationId}`
    const { body } = await request(world.origin, 'GET', path, { token: ADMIN })
    return body.nextSteps.join('\n')
  }

  test('a sign-up that waits for approval, without a number asked for, is not promised one', async () => {
    const { organization, answer } = await signUp(world, { provisionPhone: false })
    const waiting = answer.body.nextSteps.join('\n')
    await approve(organization.id)

    expect(waiting).toContain('approve')
    expect(waiting).not.toContain('set up')
    expect(await stepsOf(organization.id)).toContain('has no number')
  })

  test('numbers, of which the limit lets one be bought, are told as what they are', async () => {
    const first = await signUp(world)
    const second = await signUp(world)
    await approve(first.organization.id)
    await approve(second.organization.id)
    await tickOrders(world)

    const steps = await Promise.all([first, second].map((each) => stepsOf(each.organization.id)))
    const soldOut = await signUp(world, { preferredAreaCode: '236', areaCodeOnly: true }, ADMIN)

    expect(first.answer.body.nextSteps.join()).toContain('set up once')
    expect(steps.filter((said) => said.startsWith('Call +1'))).toHaveLength(1)
    expect(steps.filter((said) => said.includes('so many numbers in 24 hours'))).toHaveLength(1)
    expect(soldOut.answer.body.nextSteps.join()).toContain('needs the operators')
  })
})

describe('what an organization is told to do next, of a number that was live', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld()
    await world.sql('update deployment set public_url = $1', [world.config.publicUrl])
  })
  afterAll(() => stopWithCleanLogs(world))

  const stepsOf = async (organizationId: string): Promise<string> => {
    const path = `/api/organizations/${organizationId}`
    const { body } = await request(world.origin, 'GET', path, { token: ADMIN })
    return body.nextSteps.join('\n')
  }
  const STRANGER = '7f0f0f4e-6b0e-4b8e-9c5e-0d6a1d1f2a3b'
  const makeDue = (organizationId: string) =>
    world.sql(
      `update phone_numbers p set sync_due_at = now() from organization_phone_numbers h
       where h.phone_number_id = p.id and h.organization_id = $1`,
      [organizationId],
    )
  const aLiveLine = async () => {
    const { organization } = await signUp(world, {}, ADMIN)
    expect(organization.readyToUse).toBe(true)
    return organization
  }

  test('whose sync fails, says that it takes longer than usual', async () => {
    const { id } = await aLiveLine()
    await fault(world, 'twilio', 'incomingPhoneNumbers.fetch', 'error', { status: 503, times: 99 })
    await makeDue(id)
    await syncDue(world)
    await makeDue(id)
    await syncDue(world)

    expect(await stepsOf(id)).toContain('longer than usual')

    await control(world, 'DELETE', 'faults')
    await makeDue(id)
    await syncDue(world)
    expect(await stepsOf(id)).toContain('Call +1')
  })

  test('that no server could sync for a minute, says that it takes longer than usual', async () => {
    const { id } = await aLiveLine()
    await world.sql(
      `update phone_numbers p set sync_due_at = now() - interval '61 seconds' from organization_phone_numbers h
       where h.phone_number_id = p.id and h.organization_id = $1`,
      [id],
    )

    expect(await stepsOf(id)).toContain('longer than usual')
  })

  test('that is left alone for its mark, says that the operators decide', async () => {
    const { id, phoneNumber } = await aLiveLine()
    await inTwilioConsole(world, phoneNumber, {
      SmsUrl: `${world.origin}/api/webhooks/twilio/sms?quarantine=${STRANGER}`,
    })
    await makeDue(id)
    await syncDue(world)

    expect(await stepsOf(id)).toContain('needs the operators')
  })

  test('that Twilio no longer has, says that the operators decide, and not that it answers', async () => {
    const { id, phoneNumber } = await aLiveLine()
    await inTwilioConsole(world, phoneNumber, 'release')
    await findingsOf(world, 'repair', [phoneNumber])

    const { body } = await request(world.origin, 'GET', `/api/organizations/${id}`, {
      token: ADMIN,
    })

    expect(body.organization.readyToUse).toBe(false)
    expect(body.nextSteps.join()).toContain('needs the operators')
  })
})
