import type { Call, Operation } from '../core/operation.ts'
import type { World } from '../core/world.ts'
import { buyNumber, purchaseForm } from './buy-number.ts'
import { oneOf } from './choices.ts'
import { notFound } from './errors.ts'
import { rfc2822 } from './format.ts'
import { accountSid, type NumberRow } from './model.ts'
import { partPattern } from './number-pattern.ts'
import { settingsForm, withSettings } from './number-settings.ts'
import { pageOf, pageParams } from './paging.ts'

const list = '/2010-04-01/Accounts/:accountSid/IncomingPhoneNumbers.json'
const one = '/2010-04-01/Accounts/:accountSid/IncomingPhoneNumbers/:sid.json'

/** The numbers the account owns: buy, look up, configure, release. */
export function incomingNumberOperations(world: World): Operation[] {
  return [
    {
      name: 'incomingPhoneNumbers.create',
      method: 'post',
      path: list,
      form: purchaseForm,
      handle: (call) => ({ status: 201, body: buyNumber(world, call.body) }),
    },
    {
      name: 'incomingPhoneNumbers.list',
      method: 'get',
      path: list,
      query: [...pageParams, 'PhoneNumber', 'FriendlyName', 'Origin'],
      handle(call) {
        const path = list.replace(':accountSid', accountSid)
        const rows = world.state.twilio.numbers.filter((number) => matches(number, call))
        return pageOf({ key: 'incoming_phone_numbers', path, rows, sidOf: (row) => row.sid, call })
      },
    },
    {
      name: 'incomingPhoneNumbers.fetch',
      method: 'get',
      path: one,
      handle: (call) => ({ status: 200, body: find(world, call) }),
    },
    {
      name: 'incomingPhoneNumbers.update',
      method: 'post',
      path: one,
      form: settingsForm,
      handle(call) {
        const number = find(world, call)
        const next = withSettings(number, call.body)
        next.date_updated = rfc2822(new Date())
        world.change(() => Object.assign(number, next))
        return { status: 200, body: number }
      },
    },
    {
      name: 'incomingPhoneNumbers.remove',
      method: 'delete',
      path: one,
      handle(call) {
        const number = find(world, call)
        world.change(({ twilio }) => {
          twilio.numbers = twilio.numbers.filter((each) => each !== number)
          for (const service of twilio.services) {
            service.numbers = service.numbers.filter(({ sid }) => sid !== number.sid)
          }
        })
        return { status: 204 }
      },
    },
  ]
}

function find(world: World, { params }: Call): NumberRow {
  const number = world.state.twilio.numbers.find((each) => each.sid === params.sid)
  if (number !== undefined) return number
  throw notFound(`/2010-04-01/Accounts/${accountSid}/IncomingPhoneNumbers/${params.sid}.json`)
}

function matches(number: NumberRow, { query }: Call): boolean {
  const { PhoneNumber: part = '', FriendlyName: name = '', Origin: origin = '' } = query
  if (name !== '' && number.friendly_name !== name) return false
  if (origin !== '' && number.origin !== oneOf('Origin', origin, ['twilio', 'hosted'])) return false
  return partPattern(part).test(number.phone_number)
}
