import { DatabaseError } from 'pg'
import { describe, expect, test } from 'vitest'
import { postgrestFailure, postgrestReply } from '../../src/database/postgrest/replies.ts'

describe('postgrestFailure', () => {
  test.each([
    ['a longer prefix before its class', '53400', 500],
    ['the class alone', '53100', 503],
    ['a code of no listed class', '22012', 400],
    ['a code of our own', 'OL009', 400],
  ])('an error of PostgreSQL, %s, has the status of the table', (_, code, status) => {
    expect(postgrestFailure(databaseError({ code, severity: 'ERROR' })).status).toBe(status)
  })

  test('an error of PostgreSQL, with detail and hint, keeps them', async () => {
    const error = databaseError({ code: '23505', detail: 'Key exists', hint: 'Use another' })

    const reply = postgrestFailure(error)

    expect(await reply.json()).toEqual({
      code: '23505',
      message: 'the message',
      details: 'Key exists',
      hint: 'Use another',
    })
  })

  test.each(['3D000', '28P01', '55000'])(
    'a fatal error, %s, is a lost connection whatever its code',
    (code) => {
      expect(postgrestFailure(databaseError({ code, severity: 'FATAL' })).status).toBe(503)
    },
  )

  test.each(['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EPIPE', 'EPERM'])(
    'an error of the network, %s, is not taken for an SQLSTATE',
    async (code) => {
      const reply = postgrestFailure(Object.assign(new Error(`connect ${code}`), { code }))

      expect(reply.status).toBe(503)
      expect(await reply.json()).toMatchObject({
        code: 'PGRST001',
        message: `Database connection error: connect ${code}`,
      })
    },
  )

  test.each([['a string'], [undefined]])('%s, thrown instead of an error, is a 503', (thrown) => {
    expect(postgrestFailure(thrown).status).toBe(503)
  })
})

describe('postgrestReply', () => {
  test('a JSON text, replied, is passed on byte by byte as JSON', async () => {
    const reply = postgrestReply('{"n": 1.00}')

    expect(reply.status).toBe(200)
    expect(reply.headers.get('content-type')).toContain('application/json')
    expect(await reply.text()).toBe('{"n": 1.00}')
  })
})

function databaseError(fields: Partial<DatabaseError>): DatabaseError {
  return Object.assign(new DatabaseError('the message', 0, 'error'), fields)
}
