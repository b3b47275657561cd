/** What no server of ours takes, by a rule about several fields of a body: the path, the method and the body. */
export const impossibleBodies = [
  ['POST', '/api/organizations/{organizationId}/members', {}],
  ['POST', '/api/organizations/{organizationId}/members', { role: 'admin' }],
  [
    'POST',
    '/api/organizations/{organizationId}/members',
    { userId: '00000000-0000-4000-8000-000000000001', email: 'ann@example.com' },
  ],
  ['POST', '/api/organizations/{organizationId}/messages', { to: '+16045550123' }],
  ['PUT', '/api/organizations/{organizationId}/contacts/{contactId}', {}],
  ['POST', '/api/admin/provision', {}],
  ['POST', '/api/admin/provision', { dryRun: true }],
  ['POST', '/api/admin/provision', { organizations: [{ slug: 'premium' }], all: true }],
  ['POST', '/api/admin/reconcile', { mode: 'dry-run', acceptMany: true }],
  ['POST', '/api/admin/reconcile', { mode: 'dry-run', acceptPublicUrl: true }],
] as const
