import { expect, test } from 'vitest'
import { argumentNameOf, toSqlArguments } from '../../src/database/argument-names.ts'

test.each([
  ['phoneNumber', 'p_phone_number'],
  ['id', 'p_id'],
  ['areaCodeOnly', 'p_area_code_only'],
])('an argument, %s, is %s in SQL, and comes back as itself', (name, sqlName) => {
  expect(toSqlArguments({ [name]: 1 })).toEqual({ [sqlName]: 1 })
  expect(argumentNameOf(sqlName)).toBe(name)
})

test('the keys, inside an argument, stay as they are', () => {
  const changes = { displayName: 'A', lead_id: null }

  expect(toSqlArguments({ changes }).p_changes).toBe(changes)
})

test('an argument, undefined, is undefined in SQL, too', () => {
  expect(toSqlArguments({ areaCode: undefined })).toEqual({ p_area_code: undefined })
})
