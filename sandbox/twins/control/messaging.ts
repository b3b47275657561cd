import { z } from 'zod'
import type { World } from '../core/world.ts'
import { setCampaign } from '../services/campaigns.ts'
import { serviceBySid } from '../services/find.ts'
import { ownedNumber } from './owned-number.ts'
import { parseBody, problem } from './problem.ts'

const Service = z.strictObject({
  sid: z.string(),
  /** How far its campaign of A2P 10DLC has come; null: it has none. */
  campaignStatus: z.enum(['PENDING', 'IN_PROGRESS', 'VERIFIED', 'FAILED']).nullable().optional(),
  /** The same in short: approved, or none. */
  usAppToPersonRegistered: z.boolean().optional(),
  advancedOptOut: z.boolean().optional(),
})

/** Changes what nobody can by the API of Messaging Services; throws a 404 problem for none. */
export function changeMessagingService(world: World, body: unknown): unknown {
  const { sid, advancedOptOut, usAppToPersonRegistered, ...given } = parseBody(Service, body)
  const inShort = usAppToPersonRegistered ? 'VERIFIED' : null
  const campaignStatus = usAppToPersonRegistered === undefined ? given.campaignStatus : inShort
  const service = serviceBySid(world, sid)
  if (service === undefined) throw problem(404, `There is no Messaging Service ${sid}`)
  return world.change(() => {
    if (campaignStatus !== undefined) setCampaign(service, campaignStatus)
    service.advancedOptOut = advancedOptOut ?? service.advancedOptOut
    return {
      sid,
      campaignStatus: service.campaign?.campaign_status ?? null,
      usAppToPersonRegistered: service.row.us_app_to_person_registered,
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
