import { readFileSync } from 'node:fs'
import { parse } from 'dotenv'
import { describe, expect, test } from 'vitest'
import { parseConfig } from '../../src/config/config.ts'
import { settingDefaults, settingNames } from '../../src/config/settings.ts'

const text = readFileSync(new URL('../../.env.example', import.meta.url), 'utf8')
const lines = text.split('\n')

/** Every setting of the file: `NAME=value`, commented out or not, and the line above it. */
const settings = lines.flatMap((line, index) => {
  const [, comment, name, value] = /^(# )?([A-Z][A-Z0-9_]*)=(.*)$/.exec(line) ?? []
  if (name === undefined) return []
  return { name, value, isActive: comment === undefined, above: lines[index - 1] ?? '' }
})

describe('.env.example', () => {
  test('compared with the settings: has each of them once, and no other', () => {
    const names = settings.map(({ name }) => name)

    expect(names.toSorted()).toEqual(settingNames.toSorted())
  })

  test('compared with the defaults: shows each, and nothing where there is none', () => {
    const shown = Object.fromEntries(settings.map(({ name, value }) => [name, value]))

    const defaults: Record<string, unknown> = settingDefaults
    const expected = settingNames.map((name) => [name, String(defaults[name] ?? '')])
    expect(shown).toEqual(Object.fromEntries(expected))
  })

  test('for each setting: has one line that describes it', () => {
    const undescribed = settings.filter(({ above }) => !/^# [A-Za-z].*\.$/.test(above))

    expect(undescribed).toEqual([])
  })

  test('copied as it is: sets nothing, so that what is required is missed at the start', () => {
    const values = Object.values(parse(text))

    expect(values.length).toBeGreaterThan(0)
    expect(values.filter((value) => value !== '')).toEqual([])
    expect(() => parseConfig(parse(text))).toThrow('TWILIO_AUTH_TOKEN: is missing')
  })

  test('read from the top: begins with everything that is required', () => {
    const required = settingNames.filter((name) => isMissed(name))

    const first = settings.slice(0, required.length).map(({ name }) => name)
    expect(first.toSorted()).toEqual(required.toSorted())
    expect(settings.filter(({ name, isActive }) => required.includes(name) && !isActive)).toEqual(
      [],
    )
  })
})

function isMissed(name: string): boolean {
  try {
    parseConfig({})
  } catch (error) {
    return (error as Error).message.includes(`- ${name}: is missing`)
  }
  return false
}
