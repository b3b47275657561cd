import type { World } from '../core/world.ts'
import type { MessagingService } from './model.ts'

/** The service that has this number in its pool. */
export function serviceOf(world: World, phoneNumber: string): MessagingService | undefined {
  return world.state.twilio.services.find(({ numbers }) => {
    return numbers.some((each) => each.phone_number === phoneNumber)
  })
}

/** The service with this SID. */
export function serviceBySid({ state }: World, sid: unknown): MessagingService | undefined {
  return state.twilio.services.find(({ row }) => row.sid === sid)
}
