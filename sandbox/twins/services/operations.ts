import type { Call, Operation } from '../core/operation.ts'
import type { World } from '../core/world.ts'
import { notFound } from '../twilio/errors.ts'
import { pageParams } from '../twilio/paging.ts'
import { serviceBySid } from './find.ts'
import { metaPageOf } from './meta-page.ts'
import type { MessagingService } from './model.ts'
import { newServiceRow, serviceForm, withServiceSettings } from './settings.ts'

const list = '/v1/Services'
const one = '/v1/Services/:service'

/** The Messaging Services of the account: make one, look them up, configure. */
export function serviceOperations(world: World): Operation[] {
  return [
    {
      name: 'messaging.services.create',
      method: 'post',
      path: list,
      form: serviceForm,
      handle({ body }) {
        const row = withServiceSettings(newServiceRow(), body)
        const service = { row, numbers: [], advancedOptOut: false, campaign: null }
        world.change(({ twilio }) => twilio.services.push(service))
        return { status: 201, body: row }
      },
    },
    {
      name: 'messaging.services.list',
      method: 'get',
      path: list,
      query: pageParams,
      handle(call) {
        const rows = world.state.twilio.services.map((service) => service.row)
        return metaPageOf(world, { key: 'services', path: list, rows, call })
      },
    },
    {
      name: 'messaging.services.fetch',
      method: 'get',
      path: one,
      handle: (call) => ({ status: 200, body: findService(world, call).row }),
    },
    {
      name: 'messaging.services.update',
      method: 'post',
      path: one,
      form: serviceForm,
      handle(call) {
        const service = findService(world, call)
        const next = withServiceSettings(service.row, call.body)
        world.change(() => Object.assign(service.row, next))
        return { status: 200, body: service.row }
      },
    },
  ]
}

/** The service that the path names; throws 20404. */
export function findService(world: World, { params }: Call): MessagingService {
  const service = serviceBySid(world, params.service)
  if (service !== undefined) return service
  throw notFound(`${list}/${params.service}`)
}
