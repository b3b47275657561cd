import type { Operation } from '../core/operation.ts'
import type { World } from '../core/world.ts'
import { dollars } from '../pricing/rates.ts'
import { rfc2822 } from './format.ts'
import { accountSid } from './model.ts'

const uri = `/2010-04-01/Accounts/${accountSid}`

/** The parts of an account that the twin has, too, under the names that Twilio gives them. */
const subresources = {
  available_phone_numbers: 'AvailablePhoneNumbers',
  balance: 'Balance',
  calls: 'Calls',
  incoming_phone_numbers: 'IncomingPhoneNumbers',
  messages: 'Messages',
  recordings: 'Recordings',
}

/** The account itself, and what is left of the money that was paid in. */
export function accountOperations(world: World): Operation[] {
  return [
    {
      name: 'api.accounts.fetch',
      method: 'get',
      path: '/2010-04-01/Accounts/:accountSid.json',
      handle: () => ({ status: 200, body: accountRow(world) }),
    },
    {
      name: 'balance.fetch',
      method: 'get',
      path: '/2010-04-01/Accounts/:accountSid/Balance.json',
      handle() {
        const { funds, spent } = world.state.twilio
        const body = { account_sid: accountSid, balance: dollars(funds - spent), currency: 'USD' }
        return { status: 200, body }
      },
    },
  ]
}

function accountRow({ state }: World): object {
  const since = rfc2822(new Date(0))
  const parts = Object.entries(subresources).map(([name, part]) => [name, `${uri}/${part}.json`])
  return {
    auth_token: state.twilio.authToken,
    date_created: since,
    date_updated: since,
    friendly_name: 'Sandbox',
    owner_account_sid: accountSid,
    sid: accountSid,
    status: 'active',
    subresource_uris: Object.fromEntries(parts),
    type: 'Full',
    uri: `${uri}.json`,
  }
}
