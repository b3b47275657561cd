import { describe, expect, test } from 'vitest'
import { organizationsIn, refuseForeignOrganization } from '../../src/http/key-access.ts'
import type { KeyPrincipal, Principal } from '../../src/http/principal.ts'

const OWN = '7f0c6b1e-6f0a-4a51-9a3e-0d6f3c5f1a2b'
const OTHER = '00000000-0000-4000-8000-000000000000'
const key: KeyPrincipal = { kind: 'key', keyId: OTHER, organizationId: OWN, scopes: ['read'] }
const nothing = { params: undefined, query: undefined, body: undefined }

describe('refuseForeignOrganization', () => {
  test.each(['params', 'query', 'body'])(
    'given a key, and another organization in %s: tells that it does not exist',
    (part) => {
      const named = {
        ...nothing,
        params: { organizationId: OWN },
        [part]: { organizationId: OTHER },
      }

      const refuse = () => refuseForeignOrganization(key, organizationsIn(named))

      expect(refuse).toThrow(expect.objectContaining({ code: 'organization_not_found' }))
    },
  )

  test.each([
    ['its own organization', { ...nothing, body: { organizationId: OWN } }],
    [
      'its own organization in capitals',
      { ...nothing, params: { organizationId: OWN.toUpperCase() } },
    ],
    ['no organization', { params: {}, query: {}, body: { organizationId: undefined } }],
    ['nothing at all', nothing],
  ])('given a key, and %s: lets it pass', (_circumstance, input) => {
    const refuse = () => refuseForeignOrganization(key, organizationsIn(input))

    expect(refuse).not.toThrow()
  })

  test.each<Principal | undefined>([
    undefined,
    { kind: 'admin', name: 'ops' },
    { kind: 'user', userId: OTHER, email: undefined },
  ])('given no key but %o: leaves the question to others', (principal) => {
    const input = { ...nothing, params: { organizationId: OTHER } }

    const refuse = () => refuseForeignOrganization(principal, organizationsIn(input))

    expect(refuse).not.toThrow()
  })
})
