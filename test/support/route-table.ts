import { ownSettings } from '../../sandbox/environment.ts'
import { parseConfig } from '../../src/config/config.ts'
import type { Guard, Route } from '../../src/http/route.ts'
import { createContext } from '../../src/server/context.ts'

/** The routes of the product, read before any server runs, so that each can have its own test. */
export const routeTable = createContext(
  parseConfig({
    ...ownSettings({
      port: 9,
      twins: 'http://127.0.0.1:9',
      databaseUrl: 'postgres://127.0.0.1:9/none',
      initSecret: 'not-used-by-anything',
    }),
    ELEVENLABS_AGENT_ID: 'agent_none',
    LOG_LEVEL: 'silent',
  }),
).routes

/** Routes as `test.each` takes them: `[POST /api/…, route]`. */
export function routesWhere(wanted: (route: Route) => boolean): [string, Route][] {
  return routeTable.filter(wanted).map((route) => [nameOf(route), route])
}

export function routesOf(...guards: Guard[]): [string, Route][] {
  return routesWhere((route) => guards.includes(route.guard))
}

export function nameOf(route: Route): string {
  return `${route.method.toUpperCase()} ${route.path}`
}

/** Of what is counted, where a test does not name another. */
const FIRST: Record<string, string> = { n: '0' }

/** The path with its parameters filled in. @throws Error when one has no value here */
export function pathOf(route: Route, values: Record<string, string>): string {
  return route.path.replace(/:(\w+)/g, (_whole, name: string) => {
    const value = values[name] ?? FIRST[name]
    if (value === undefined) throw new Error(`no test value for :${name} of ${nameOf(route)}`)
    return encodeURIComponent(value)
  })
}

/** What a route must be asked, as the end of its path; empty for most. */
export function queryOf(route: Route, phoneNumber = '+16045559998'): string {
  return route.query && 'at' in route.query.shape ? `?to=${encodeURIComponent(phoneNumber)}` : ''
}

/** The contact that is merged where a test does not name another. */
export const MERGED_ID = '00000000-0000-4000-8000-00000000c0de'

/** A body that the route takes, for each route that reads one; a new route needs its own here. */
const bodies: Record<string, unknown> = {
  'POST /api/auth/organizations': { name: 'Never Signed Up', email: 'never@example.com' },
  'PATCH /api/organizations/:organizationId': { name: 'Renamed' },
  'PATCH /api/organizations/:organizationId/phone-numbers/:phoneNumber': {
    settings: {
      business_hours: {
        time_zone: 'America/New_York',
        weekly: { monday: [{ opens: '09:00', closes: '17:00' }] },
      },
    },
  },
  'POST /api/organizations/:organizationId/members': { email: 'never@example.com' },
  'POST /api/webhooks/elevenlabs/agents/:agentId/transfer': {
    call_id: '00000000-0000-4000-8000-000000000000',
  },
  'POST /api/invites/:inviteId/accept': { token: 'none' },
  'POST /api/invites/:inviteId/decline': { token: 'none' },
  'POST /api/organizations/:organizationId/api-keys': { name: 'CRM', scopes: ['read'] },
  'POST /api/organizations/:organizationId/webhook-endpoints': {
    url: 'https://crm.example.com/orgline',
  },
  'PATCH /api/organizations/:organizationId/webhook-endpoints/:endpointId': {
    description: 'Renamed',
  },
  'POST /api/organizations/:organizationId/webhook-endpoints/:endpointId/replay': {
    since: '2026-01-01T00:00:00Z',
  },
  'POST /api/admin/webhook-endpoints': { url: 'https://crm.example.com/orgline' },
  'PATCH /api/admin/webhook-endpoints/:endpointId': { description: 'Renamed' },
  'POST /api/admin/webhook-endpoints/:endpointId/replay': { since: '2026-01-01T00:00:00Z' },
  'POST /api/agents': { agent_name: 'Never Made', organizationId: ':organizationId' },
  'PATCH /api/agents/:agentId': { agent_name: 'Renamed' },
  'POST /api/agents/:agentId/phone-number': { area_code: '604' },
  'POST /api/admin/organizations/:organizationId/phone-numbers/purchase': { areaCode: '604' },
  'POST /api/organizations/:organizationId/phone-numbers': { areaCode: '604' },
  'POST /api/admin/phone-numbers/batch-purchase': { count: 1, areaCode: '604' },
  'POST /api/admin/phone-numbers/batch-activate': {
    phoneNumbers: [{ phoneNumber: '+16045559998', elevenLabsPhoneId: 'phnum_never' }],
  },
  'POST /api/admin/erasures': {
    erasures: [
      {
        organizationId: ':organizationId',
        contactIds: ['9f0c1f0e-6a51-4f3e-9d3c-0a4f5f6b7c8d'],
        customers: ['0'.repeat(64)],
        erasedAt: '2026-01-01T00:00:00Z',
      },
    ],
  },
  'POST /api/admin/provision': { organizations: [{ organizationId: ':organizationId' }] },
  'POST /api/admin/phone-numbers': { phoneNumber: '+16045559998' },
  'POST /api/admin/phone-numbers/:phoneNumber/assign': {
    organizationId: '00000000-0000-4000-8000-000000000000',
  },
  'POST /api/admin/phone-numbers/:phoneNumber/activate': { elevenLabsPhoneId: 'phnum_never' },
  'POST /api/admin/reconcile': { mode: 'dry-run' },
  'POST /api/organizations/:organizationId/contacts': { phoneNumber: '+16045558897' },
  'PUT /api/organizations/:organizationId/contacts/:contactId': { name: 'Renamed' },
  'POST /api/organizations/:organizationId/contacts/:contactId/merge': { from: MERGED_ID },
  'POST /api/organizations/:organizationId/messages': { to: '+16045558899', body: 'Hello' },
  'POST /api/organizations/:organizationId/do-not-call': { phoneNumber: '+16045558891' },
  'POST /api/admin/do-not-call': { phoneNumber: '+16045558892' },
  'POST /api/elevenlabs/outbound-call': {
    organizationId: ':organizationId',
    phoneNumber: '+16045558899',
  },
}

/**
 * The body to send to a route that takes JSON, about the given organization where it names one.
 * @throws Error when the route has none here
 */
export function bodyOf(
  route: Route,
  organizationId = '00000000-0000-4000-8000-000000000000',
): unknown {
  if (!route.body) return undefined
  const body = bodies[nameOf(route)]
  if (body === undefined) throw new Error(`no test body for ${nameOf(route)}`)
  return JSON.parse(JSON.stringify(body).replace(':organizationId', organizationId))
}
