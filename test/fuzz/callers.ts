import { createHmac } from 'node:crypto'
import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks.js'
import type { Guard, Route } from '../../src/http/route.ts'
import { answersInvites } from '../support/every-route.ts'
import { ADMIN } from '../support/requests.ts'
import type { Tenant } from '../support/tenants.ts'
import { INIT_SECRET, type World } from '../support/world.ts'

/** Who asks: what proves it, made for each request, because some proofs are of what is sent. */
export interface Caller {
  who: string
  /** Whether every request of this caller must be refused under the guard. */
  isNobody: boolean
  headers(url: string, text: string): Record<string, string>
}

const bearer = (who: string, token: string, isNobody = false): Caller => ({
  who,
  isNobody,
  headers: () => ({ authorization: `Bearer ${token}` }),
})

/** Everybody who may come to a route under this guard, from nobody to whom it is for. */
export function callersOf(
  guard: Guard,
  { world, tenant, stranger }: { world: World; tenant: Tenant; stranger: Tenant },
): Caller[] {
  const none = { who: 'nobody', isNobody: guard !== 'public', headers: () => ({}) }
  if (guard === 'public') return [none]
  const wrong = bearer('a wrong token', `${ADMIN.slice(0, -1)}z`, true)
  if (guard !== 'signup' && guard !== 'member' && guard !== 'admin')
    return [none, { ...wrong, who: 'an operator' }, carrierOf(guard, world)]
  return [
    none,
    wrong,
    bearer('a foreign admin', stranger.token),
    bearer('a foreign key', stranger.key),
    bearer('a member', tenant.member),
    bearer('a key', tenant.key),
    bearer('an admin', tenant.token),
    bearer('an operator', ADMIN),
  ]
}

/** Those of them who get what the route is for; some others do too. */
export function isServed(route: Route, who: string): boolean {
  switch (route.guard) {
    case 'public':
      return who === 'nobody'
    case 'signup':
      return answersInvites(route)
        ? who === 'a foreign admin'
        : ['a foreign admin', 'a member', 'an admin', 'an operator'].includes(who)
    case 'member':
      if (who === 'a member') return !route.problems?.includes('role_required')
      if (who === 'a key') return route.scope !== undefined
      return who === 'an admin' || who === 'an operator'
    case 'admin':
      return who === 'an operator'
    default:
      return who === 'the carrier'
  }
}

function carrierOf(guard: Guard, { config }: World): Caller {
  const proofs: Partial<Record<Guard, Caller['headers']>> = {
    twilio: (url, text) => ({
      'x-twilio-signature': getExpectedTwilioSignature(
        config.twilio.authToken,
        url,
        Object.fromEntries(new URLSearchParams(text)),
      ),
    }),
    elevenlabs: () => ({ 'x-orgline-secret': INIT_SECRET }),
    elevenlabs_signed: (_url, text) => {
      const t = Math.floor(Date.now() / 1_000)
      const hmac = createHmac('sha256', config.elevenLabs.webhookSecret ?? '')
      return { 'elevenlabs-signature': `t=${t},v0=${hmac.update(`${t}.${text}`).digest('hex')}` }
    },
  }
  return { who: 'the carrier', isNobody: false, headers: proofs[guard] ?? (() => ({})) }
}
