import { z } from 'zod'
import type { World } from '../core/world.ts'
import { serviceBySid } from '../services/find.ts'
import { ownedNumber } from './owned-number.ts'
import { parseBody, problem } from './problem.ts'

const Service = z.strictObject({
  sid: z.string(),
  /** A campaign of A2P 10DLC has been approved for it. */
  usAppToPersonRegistered: z.boolean().optional(),
  advancedOptOut: z.boolean().optional(),
})

/** Changes what nobody can by the API of Messaging Services; throws a 404 problem for none. */
export function changeMessagingService(world: World, body: unknown): unknown {
  const { sid, usAppToPersonRegistered, advancedOptOut } = parseBody(Service, body)
  const service = serviceBySid(world, sid)
  if (service === undefined) throw problem(404, `There is no Messaging Service ${sid}`)
  const { row } = service
  return world.change(() => {
    row.us_app_to_person_registered = usAppToPersonRegistered ?? row.us_app_to_person_registered
    service.advancedOptOut = advancedOptOut ?? service.advancedOptOut
    return {
      sid,
      usAppToPersonRegistered: row.us_app_to_person_registered,
      advancedOptOut: service.advancedOptOut,
    }
  })
}

const Registration = z.strictObject({ number: z.string().min(1), registered: z.boolean() })

/** Registers an owned number for texting, or takes its registration away. */
export function changeRegistration(world: World, body: unknown): unknown {
  const { number, registered } = parseBody(Registration, body)
  ownedNumber(world, number)
  world.change(({ twilio }) => {
    const others = twilio.registered.filter((each) => each !== number)
    twilio.registered = registered ? [...others, number] : others
  })
  return { number, registered }
}
