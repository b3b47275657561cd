import { DatabaseError } from 'pg'
import { describe, expect, test } from 'vitest'
import { failureOf } from '../../src/database/postgres/failures.ts'

describe('failureOf', () => {
  test.each([
    ['a longer prefix before its class', '53400', 500],
    ['the class alone', '53100', 503],
    ['a code of no listed class', '22012', 400],
    ['a code of our own', 'OL009', 400],
  ])('an error of PostgreSQL, %s, has the status of the table', (_, code, status) => {
    expect(failureOf(databaseError({ code, severity: 'ERROR' })).status).toBe(status)
  })

  test('an error of PostgreSQL, with detail and hint, keeps them', () => {
    const error = databaseError({ code: '23505', detail: 'Key exists', hint: 'Use another' })

    expect(failureOf(error).error).toEqual({
      code: '23505',
      message: 'the message',
      details: 'Key exists',
      hint: 'Use another',
    })
  })

  test.each(['3D000', '28P01', '55000'])(
    'a fatal error, %s, is a lost connection whatever its code',
    (code) => {
      expect(failureOf(databaseError({ code, severity: 'FATAL' })).status).toBe(503)
    },
  )

  test.each(['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EPIPE', 'EPERM'])(
    'an error of the network, %s, is not taken for an SQLSTATE',
    (code) => {
      const { status, error } = failureOf(Object.assign(new Error(`connect ${code}`), { code }))

      expect(status).toBe(503)
      expect(error).toMatchObject({
        code: 'PGRST001',
        message: `Database connection error: connect ${code}`,
      })
    },
  )

  test.each([['a string'], [undefined]])('%s, thrown instead of an error, is a 503', (thrown) => {
    expect(failureOf(thrown).status).toBe(503)
  })
})

function databaseError(fields: Partial<DatabaseError>): DatabaseError {
  return Object.assign(new DatabaseError('the message', 0, 'error'), fields)
}
