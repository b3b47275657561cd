import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { ADMIN, request, signUp } from '../support/requests.ts'
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
    await world.context.phoneNumbers.runner.tick(new AbortController().signal)

    const steps = await Promise.all([first, second].map((each) => stepsOf(each.organization.id)))
    const soldOut = await signUp(world, { preferredAreaCode: '236', areaCodeOnly: true }, ADMIN)

    expect(first.answer.body.nextSteps.join()).toContain('set up once')
    expect(steps.filter((said) => said.startsWith('Call +1'))).toHaveLength(1)
    expect(steps.filter((said) => said.includes('so many numbers in 24 hours'))).toHaveLength(1)
    expect(soldOut.answer.body.nextSteps.join()).toContain('needs the operators')
  })
})
