import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { operationsWhere } from '../support/operations.ts'
import { asksOf } from './asks.ts'

const nothing = { params: {}, query: {}, headers: {}, body: undefined }

describe('the requests that the fuzzer makes', () => {
  test.each(operationsWhere(({ parameters }) => parameters.length > 0))(
    '%s, asked often enough, is sent each of its parameters in each place',
    (_name, operation) => {
      const asks = fc.sample(asksOf(operation, nothing), { numRuns: 50, seed: 1 })

      for (const { in: place, name } of operation.parameters) {
        const sent = asks.map(({ params, query, headers }) => {
          return { path: params, query, header: headers }[place][name]
        })
        expect(new Set(sent).size, name).toBeGreaterThan(1)
      }
    },
  )
})
