import { expect, test } from 'vitest'
import { mutants } from '../../chaos/mutants/mutants.ts'
import { columns } from '../../chaos/table.ts'

test('every column of the experiment, has a defect that it must find', () => {
  const found = new Set<string>(mutants.map(({ raises }) => raises))

  expect(Object.keys(columns).filter((column) => !found.has(column))).toEqual([])
})
