import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { ADMIN, control, request, signUp } from '../support/requests.ts'
import { webhookReceiver } from '../support/webhook-receiver.ts'
import { startWorld, type World } from '../support/world.ts'

describe('events told to webhook endpoints', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld()
  })
  afterAll(() => stopWithCleanLogs(world))

  /** An organization with its number, and an endpoint that is told of everything, or of `events`. */
  async function anEndpoint(url: string, events: string[] | null = null) {
    const { organization } = await signUp(world)
    const path = `/api/organizations/${organization.id}/webhook-endpoints`
    const made = await request(world.origin, 'POST', path, { token: ADMIN, body: { url, events } })
    expect(made.status).toBe(201)
    return {
      organizationId: organization.id as string,
      number: organization.phoneNumber as string,
      path: `${path}/${made.body.webhookEndpoint.id}`,
      secret: made.body.secret as string,
    }
  }
  const deliver = () => world.context.events.deliveries.deliverDue(new AbortController().signal)

  test('a text, received, is told once to the endpoint, signed with its secret', async () => {
    const receiver = await webhookReceiver()
    const { organizationId, number, secret } = await anEndpoint(receiver.url, ['message.received'])
    await control(world, 'POST', 'sms', { from: '+16045558701', to: number, body: 'Hello' })

    await deliver()
    await deliver()

    const [told] = receiver.verified(secret)
    expect(receiver.requests).toHaveLength(1)
    expect(told).toMatchObject({
      type: 'message.received',
      organization_id: organizationId,
      late: false,
      data: { direction: 'inbound', from: '+16045558701', to: number, body: 'Hello' },
    })
    expect(receiver.requests[0]?.headers['webhook-id']).toBe(told?.id)
  })
})
