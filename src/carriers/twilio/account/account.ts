import { z } from 'zod'
import type { TelephonyAccount } from '../../ports/account.ts'
import { CarrierError } from '../../ports/carrier-error.ts'
import { askTwilio } from '../ask-twilio.ts'
import type { TwilioClient } from '../client.ts'

const Account = z.object({ status: z.string(), type: z.string() })

/** Decimals as text. Source: Twilio, "Balance resource": subaccounts have none. */
const Balance = z.object({ balance: z.coerce.string(), currency: z.string().nullish() })

const DialingPermission = z.object({ lowRiskNumbersEnabled: z.boolean().nullish() })

const MessagingPermissions = z.object({
  permissions: z.array(z.object({ country_code: z.string(), enabled: z.boolean() })),
})

/** The account on the Twilio SDK; operations in errors are named as the SDK names them. */
export function createTwilioAccount(client: TwilioClient): TelephonyAccount {
  /** Twilio has the United States and Canada as one, under US. Source: its Voice Geographic Permissions. */
  async function mayCall(country: string): Promise<boolean> {
    const { lowRiskNumbersEnabled } = await askTwilio(
      'voice.dialingPermissions.countries.fetch',
      DialingPermission,
      () => client.voice.v1.dialingPermissions.countries(country).fetch(),
    ).catch(unlessUnknown)
    return lowRiskNumbersEnabled !== false
  }

  return {
    async getAccount() {
      const { status, type } = await askTwilio('api.accounts.fetch', Account, () =>
        client.api.v2010.accounts(client.accountSid).fetch(),
      )
      return { isActive: status === 'active', isTrial: type === 'Trial' }
    },

    async getBalance() {
      const { balance, currency } = await askTwilio('balance.fetch', Balance, () =>
        client.balance.fetch(),
      ).catch((thrown: unknown) => {
        if (thrown instanceof CarrierError && thrown.kind === 'not_found') return noBalance
        throw thrown
      })
      const micros = Math.round(Number.parseFloat(balance) * 1_000_000)
      return Number.isSafeInteger(micros) ? { micros, currency: currency ?? 'USD' } : null
    },

    async findClosed(countries) {
      const ofCalls = new Set(countries.map((country) => (country === 'CA' ? 'US' : country)))
      const [open, { permissions }] = await Promise.all([
        Promise.all([...ofCalls].map(async (country) => [country, await mayCall(country)])),
        askTwilio('accounts.messagingGeopermissions.fetch', MessagingPermissions, () =>
          client.accounts.v1.messagingGeopermissions.fetch(),
        ),
      ])
      const isOff = (country: string) =>
        permissions.some((each) => each.country_code === country && !each.enabled)
      return {
        calls: open.flatMap(([country, isOpen]) => (isOpen ? [] : [String(country)])),
        texts: countries.filter(isOff),
      }
    },
  }
}

const noBalance: z.output<typeof Balance> = { balance: '', currency: null }

function unlessUnknown(thrown: unknown): z.output<typeof DialingPermission> {
  if (thrown instanceof CarrierError && thrown.kind === 'not_found') return {}
  throw thrown
}
