import { describe, expect, test } from 'vitest'
import { fromDatabaseError } from '../../src/database/errors.ts'

describe('a database that gave no answer', () => {
  const LATE = 'The database has not answered in time: try again in a few seconds'
  const AWAY = 'The database cannot be reached at the moment: try again in a few seconds'

  test.each([
    ['57014', 500, 'canceling statement due to statement timeout', LATE],
    ['', 0, 'no answer came in time', LATE],
    ['', 0, 'TimeoutError: The operation was aborted due to timeout', LATE],
    ['', 0, 'AbortError: This operation was aborted', LATE],
    ['PGRST001', 503, 'Database connection error: Query read timeout', LATE],
    ['PGRST001', 503, 'Database connection error: connect ECONNREFUSED 127.0.0.1:5432', AWAY],
    ['57P01', 503, 'terminating connection due to administrator command', AWAY],
    ['', 0, 'TypeError: fetch failed', AWAY],
  ])('as %j, status %i, %s, is told as what it was', (code, status, message, detail) => {
    const error = fromDatabaseError({ code, message, details: '', hint: '' }, status)

    expect(error).toMatchObject({ code: 'database_unavailable', message: detail })
  })
})

describe('a function that the database lacks', () => {
  test.each([
    [
      'now',
      'Could not find the function public.foo(p_a) in the schema cache',
      /the function foo as/,
    ],
    [
      'of older ones',
      'Could not find the public.foo(p_a) function or the public.foo function',
      /the function foo as/,
    ],
    ['of none we know', 'Something else', /a function as/],
  ])('in the words of PostgREST %s, is told with what to run', (_, message, detail) => {
    const error = fromDatabaseError({ code: 'PGRST202', message, details: '', hint: '' }, 404)

    expect(error.code).toBe('database_unavailable')
    expect(error.message).toMatch(detail)
    expect(error.message).toContain('npm run migrate')
  })
})
