import { describe, expect, test } from 'vitest'
import { connectionProblem, explained } from '../../src/database/connection-problem.ts'
import { fromDatabaseError } from '../../src/database/errors.ts'
import { failureOf } from '../../src/database/postgres/failures.ts'

/** An error as Node throws it for a host that cannot be reached. */
const nodeError = (code: string, message: string) => Object.assign(new Error(message), { code })

const noRoute = nodeError('ENETUNREACH', 'connect ENETUNREACH 2600:1f16::1:5432 - Local (:::0)')

function asAnswered(thrown: Error) {
  const { error, status } = failureOf(thrown)
  return fromDatabaseError(error, status)
}

describe('a host that has IPv6 only, from a machine that has none', () => {
  test.each([
    noRoute,
    nodeError('EHOSTUNREACH', 'connect EHOSTUNREACH 2600:1f16::1:5432'),
    nodeError('EAI_AGAIN', 'getaddrinfo EAI_AGAIN db.abcdefghijkl.supabase.co'),
    nodeError('ENOTFOUND', 'getaddrinfo ENOTFOUND db.abcdefghijkl.supabase.co'),
    // All of several addresses failed: Node leaves the message empty.
    Object.assign(new AggregateError([noRoute, noRoute]), { code: 'ENETUNREACH' }),
  ])('told as %s: is explained to whoever migrates, and to the log of a server', async (thrown) => {
    const command = explained(thrown)
    const answered = await asAnswered(thrown)

    for (const text of [command.message, String(answered.cause)]) {
      expect(text).toMatch(/IPv6 address only.*Session pooler, port 5432/)
    }
    expect(command.message).toContain((thrown as { code?: string }).code)
    expect(answered).toMatchObject({ code: 'database_unavailable' })
    expect(answered.message).not.toMatch(/IPv6|supabase/i)
  })

  test('that may come back: is not told as what only a person mends', async () => {
    expect(await asAnswered(noRoute)).not.toHaveProperty('remedy')
  })
})

describe('a connection that fails', () => {
  test.each([
    ['28P01', 'password authentication failed for user "x"', /percent-encoded/],
    ['28000', 'role "x" does not exist', /the user or the password/],
    ['28000', 'no pg_hba.conf entry for host "1.2.3.4", no encryption', /sslmode=verify-full/],
    ['XX000', 'Tenant or user not found', /postgres\.<ref>/],
    [undefined, 'SASL: client password must be a string', /the user or the password/],
    ['3D000', 'database "x" does not exist', /the name that DATABASE_URL ends in/],
    [undefined, 'The server does not support SSL connections', /turn ssl on/],
    ['08P01', 'unsupported startup parameter in options: role', /A pooler/],
    ['0A000', 'RDS Proxy currently doesn’t support command-line options.', /A pooler/],
    ['42501', 'permission denied to set role "service_role"', /grant service_role/],
  ])('with %s "%s": says what to do', (code, message, reason) => {
    expect(connectionProblem([code], message)).toMatchObject({
      remedy: expect.stringMatching(reason),
      isLasting: true,
    })
  })

  test.each([
    ['ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:28000'],
    ['57P03', 'the database system is starting up'],
    [undefined, 'timeout exceeded when trying to connect'],
  ])('with %s "%s": is one that passes, and is not explained away', (code, message) => {
    expect(connectionProblem([code], message)).toBeUndefined()
    expect(explained(Object.assign(new Error(message), { code })).message).toContain(message)
  })
})
