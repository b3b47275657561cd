import type { Operation } from '../core/operation.ts'
import type { World } from '../core/world.ts'
import { countryOfNumber } from '../pricing/rates.ts'
import { notFound, twilioError } from '../twilio/errors.ts'
import { accountSid, type NumberRow } from '../twilio/model.ts'
import { pageParams } from '../twilio/paging.ts'
import { serviceOf } from './find.ts'
import { metaPageOf } from './meta-page.ts'
import type { MessagingService, PoolRow } from './model.ts'
import { findService } from './operations.ts'
import { isoNow } from './settings.ts'

const list = '/v1/Services/:service/PhoneNumbers'
const one = '/v1/Services/:service/PhoneNumbers/:sid'

/** The numbers of a Messaging Service: add one, list them, take one out. */
export function poolOperations(world: World): Operation[] {
  return [
    {
      name: 'messaging.services.phoneNumbers.create',
      method: 'post',
      path: list,
      form: ['PhoneNumberSid'],
      handle(call) {
        const service = findService(world, call)
        return { status: 201, body: attach(world, service, call.body.PhoneNumberSid) }
      },
    },
    {
      name: 'messaging.services.phoneNumbers.list',
      method: 'get',
      path: list,
      query: pageParams,
      handle(call) {
        const { row, numbers } = findService(world, call)
        const path = list.replace(':service', row.sid)
        return metaPageOf(world, { key: 'phone_numbers', path, rows: numbers, call })
      },
    },
    {
      name: 'messaging.services.phoneNumbers.remove',
      method: 'delete',
      path: one,
      handle(call) {
        const service = findService(world, call)
        const rest = service.numbers.filter((each) => each.sid !== call.params.sid)
        if (rest.length === service.numbers.length) {
          throw notFound(`/v1/Services/${service.row.sid}/PhoneNumbers/${call.params.sid}`)
        }
        world.change(() => {
          service.numbers = rest
        })
        return { status: 204 }
      },
    },
  ]
}

/** 21421 no such number, 21710 here already, 21712 in another service, 21714 pool full. */
function attach(world: World, service: MessagingService, sid: unknown): PoolRow {
  const number = world.state.twilio.numbers.find((each) => each.sid === sid)
  if (number === undefined) throw twilioError(400, 21421, `PhoneNumberSid is invalid: ${sid}`)
  const { phone_number: phoneNumber } = number
  const holder = serviceOf(world, phoneNumber)
  if (holder === service) {
    throw twilioError(409, 21710, `Phone Number ${phoneNumber} is already in the Messaging Service`)
  }
  if (holder !== undefined) {
    const message = `Phone Number ${phoneNumber} is associated with another Messaging Service`
    throw twilioError(409, 21712, message)
  }
  if (service.numbers.length >= world.state.twilio.servicePoolSize) {
    throw twilioError(400, 21714, 'Number of Phone Numbers exceeds the limit of the pool')
  }
  const row = poolRow(service, number)
  world.change(() => service.numbers.push(row))
  return row
}

function poolRow({ row: service }: MessagingService, number: NumberRow): PoolRow {
  const now = isoNow()
  return {
    sid: number.sid,
    account_sid: accountSid,
    service_sid: service.sid,
    phone_number: number.phone_number,
    country_code: countryOfNumber(number.phone_number),
    capabilities: ['Voice', 'SMS', 'MMS'],
    date_created: now,
    date_updated: now,
    url: `${service.url}/PhoneNumbers/${number.sid}`,
  }
}
