/** Which modules a module may import from, or call; every module is here. */
export type Layers = Record<string, readonly string[]>

const tools = ['src/platform', 'src/telephony']
const base = [
  ...tools,
  'src/database',
  'src/http',
  'src/config',
  'src/carriers',
  'src/infrastructure',
]

/**
 * The TypeScript, from the ground up. A module is a folder of `src`, or one beside it. Who is not named
 * in a row may not be imported there, types included.
 */
export const modules: Layers = {
  'src/platform': [],
  'src/telephony': ['src/platform'],
  'src/business-hours': ['src/platform'],
  'src/agent-memory': ['src/platform', 'src/business-hours'],
  'src/database': tools,
  'src/config': tools,
  'src/carriers': tools,
  'src/http': [...tools, 'src/database'],
  'src/console': tools,
  'src/infrastructure': [...base, 'src/agent-memory'],

  'src/activity': base,
  'src/notifications': base,
  'src/api-keys': base,
  'src/audit': base,
  'src/events': base,
  'src/recordings': base,
  'src/usage': base,
  'src/phone-numbers': [...base, 'src/business-hours'],
  'src/messages': [...base, 'src/agent-memory', 'src/business-hours'],
  'src/calls': [...base, 'src/agent-memory', 'src/business-hours', 'src/phone-numbers'],
  'src/reconcile': [...base, 'src/phone-numbers'],
  'src/agents': [...base, 'src/agent-memory', 'src/api-keys', 'src/phone-numbers'],
  'src/organizations': [...base, 'src/agent-memory', 'src/business-hours', 'src/phone-numbers'],
  'src/contacts': [...base, 'src/agent-memory', 'src/calls', 'src/messages'],
  'src/privacy': [...base, 'src/calls', 'src/contacts'],
  'src/webhooks': [...base, 'src/agent-memory', 'src/calls', 'src/messages'],

  'src/server': [
    ...base,
    'src/activity',
    'src/agents',
    'src/api-keys',
    'src/audit',
    'src/calls',
    'src/console',
    'src/contacts',
    'src/events',
    'src/messages',
    'src/notifications',
    'src/organizations',
    'src/phone-numbers',
    'src/privacy',
    'src/reconcile',
    'src/recordings',
    'src/usage',
    'src/webhooks',
  ],
  'src/commands': [...base, 'src/phone-numbers', 'src/privacy', 'src/server'],
  'src/main.ts': [...base, 'src/commands', 'src/server'],

  sandbox: [...base, 'src/commands', 'src/server'],
  chaos: [...base, 'src/commands', 'src/server', 'sandbox', 'test/support'],
  bench: [...base, 'src/commands', 'sandbox', 'test/support'],
}

/** Stores, routes and schemas are for their own module; these modules are another's second half. */
export const insiders: Layers = {
  'src/webhooks': ['src/calls', 'src/messages'],
  'src/privacy': ['src/contacts'],
}

/** Packages that one part of the product alone knows, so that there is one place to change. */
export const packages: Record<string, readonly string[]> = {
  twilio: ['src/carriers/twilio'],
  '@supabase/supabase-js': ['src/database'],
  pg: ['src/database'],
  express: ['src/console', 'src/http', 'src/server', 'src/webhooks'],
  pino: ['src/platform'],
  'prom-client': ['src/platform'],
  standardwebhooks: ['src/events'],
  'libphonenumber-js': ['src/telephony'],
  // ADR 41: each is loaded by who needs it, and not at start.
  nodemailer: ['src/notifications'],
  '@scalar/fastify-api-reference': ['src/http'],
  'libpg-query': ['src/commands/db-types'],
  // ADR 1: tests hold the twin against it; nothing that runs is slowed by it.
  '@elevenlabs/elevenlabs-js': [],
}

/** What the twins may know of the product: nothing by which it could agree with itself. */
export const twins: readonly string[] = tools

/** The SQL functions, by the folders of `migrations/functions`. */
export const sqlFolders: Layers = {
  shared: [],
  activity: ['shared'],
  notifications: ['shared'],
  events: ['shared'],
  spending: ['shared'],
  'phone-numbers': ['shared', 'spending'],
  contacts: ['shared', 'phone-numbers'],
  usage: ['shared', 'phone-numbers'],
  messages: ['shared', 'spending', 'phone-numbers', 'contacts', 'usage'],
  calls: ['shared', 'spending', 'phone-numbers', 'contacts', 'usage'],
  organizations: [
    'shared',
    'events',
    'spending',
    'phone-numbers',
    'contacts',
    'usage',
    'messages',
    'calls',
  ],
  agents: [
    'shared',
    'spending',
    'phone-numbers',
    'contacts',
    'usage',
    'messages',
    'calls',
    'organizations',
  ],
  trace: ['shared', 'phone-numbers', 'contacts', 'usage', 'messages', 'calls'],
  privacy: ['shared', 'spending', 'phone-numbers', 'contacts', 'usage', 'messages', 'calls'],
}
