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

/** What proves a carrier, by the guard that asks for it. */
type Proof = Caller['headers']

/** Everybody who may come to a route under this guard, from nobody to whom it is for. */
export function callersOf(
  guard: Guard,
  { world, tenant, stranger }: { world: World; tenant: Tenant; stranger: Tenant },
): Caller[] {
  const isPublic = guard === 'public'
  const proofOf = proofs[guard]
  const bearer = (who: string, token: string, isNobody = proofOf !== undefined) => ({
    who,
    isNobody,
    headers: () => ({ authorization: `Bearer ${token}` }),
  })
  return [
    { who: 'nobody', isNobody: !isPublic, headers: () => ({}) },
    bearer('a wrong token', `${ADMIN.slice(0, -1)}z`, !isPublic),
    bearer('a foreign admin', stranger.token),
    bearer('a foreign key', stranger.key),
    bearer('a member', tenant.member),
    bearer('a key', tenant.key),
    bearer('an admin', tenant.token),
    bearer('an operator', ADMIN),
    ...(proofOf
      ? [
          { who: 'a forger', isNobody: true, headers: proofOf(forged) },
          { who: 'the carrier', isNobody: false, headers: proofOf(secretsOf(world)) },
        ]
      : []),
  ]
}

/** Those of them who get what the route is for; some others do too. */
export function isServed(route: Route, who: string): boolean {
  switch (route.guard) {
    case 'public':
      return true
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

/** What the carriers' proofs are made with. */
interface Secrets {
  authToken: string
  initSecret: string
  webhookSecret: string
}

const forged: Secrets = {
  authToken: 'f'.repeat(32),
  initSecret: `${INIT_SECRET.slice(0, -1)}z`,
  webhookSecret: 'wsec_forged',
}

function secretsOf({ config }: World): Secrets {
  const { webhookSecret = '' } = config.elevenLabs
  return { authToken: config.twilio.authToken, initSecret: INIT_SECRET, webhookSecret }
}

const proofs: Partial<Record<Guard, (secrets: Secrets) => Proof>> = {
  twilio:
    ({ authToken }) =>
    (url, text) => ({
      'x-twilio-signature': getExpectedTwilioSignature(
        authToken,
        url,
        Object.fromEntries(new URLSearchParams(text)),
      ),
    }),
  elevenlabs:
    ({ initSecret }) =>
    () => ({ 'x-orgline-secret': initSecret }),
  elevenlabs_signed:
    ({ webhookSecret }) =>
    (_url, text) => {
      const t = Math.floor(Date.now() / 1_000)
      const hmac = createHmac('sha256', webhookSecret)
      return { 'elevenlabs-signature': `t=${t},v0=${hmac.update(`${t}.${text}`).digest('hex')}` }
    },
}
