import { atTwilio } from '../test/support/twilio-console.ts'
import type { Plan } from './plan.ts'

/** Whether organizations get Messaging Services of their own. */
export const hasServices = ({ actions }: Pick<Plan, 'actions'>) =>
  actions.some(({ kind }) => kind === 'give_service')

/** What an operator makes in Twilio's console: a Messaging Service whose campaign is approved. */
export async function makeService(world: {
  twins: string
  control(method: string, path: string, body?: unknown): Promise<unknown>
}) {
  const { body } = await atTwilio({ origin: world.twins }, 'POST', '/messaging/v1/Services', {
    FriendlyName: 'A campaign',
    UseInboundWebhookOnNumber: 'true',
  })
  await world.control('POST', 'services', { sid: body.sid, campaignStatus: 'VERIFIED' })
  return body.sid as string
}
