import type { Route } from '../route.ts'

/** The groups of the document, each with the paths that belong to it; the first that fits counts. */
const groups: [name: string, paths: RegExp, description: string][] = [
  [
    'Webhooks',
    /^\/api\/webhooks\//,
    'What Twilio and ElevenLabs report to this server, and ask it.',
  ],
  ['Operators', /^\/api\/admin\//, 'For those who run this server.'],
  [
    'Events',
    /\/(webhook-endpoints|events$)/,
    'What happens, posted to webhook endpoints of your own, or streamed.',
  ],
  ['Agents', /^\/api\/agents/, 'The agents that answer, and their numbers.'],
  ['Numbers', /\/phone-numbers/, 'The numbers of an organization.'],
  ['Calls', /\/(calls|outbound-call|do-not-call)/, 'Calls, and whom not to call.'],
  ['Texts', /\/messages/, 'Texts, sent and received.'],
  ['Customers', /\/contacts/, 'The customers of an organization, and what is kept of them.'],
  ['Keys and members', /\/(api-keys|members|invites|me$)/, 'Who may act for an organization.'],
  ['Organizations', /\/organizations/, 'Organizations, from their sign-up on.'],
  ['Health', /^\//, 'Whether this server runs.'],
]

export const tags = groups.map(([name, , description]) => ({ name, description }))

export function tagOf({ path }: Route): string {
  return groups.find(([, paths]) => paths.test(path))?.[0] ?? ''
}
