import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { clientTypes } from '../generated-client/types.ts'
import { impossibleBodies } from '../support/impossible-bodies.ts'

const here = fileURLToPath(new URL('../generated-client', import.meta.url))
const tsc = fileURLToPath(new URL('../../node_modules/typescript/bin/tsc', import.meta.url))
const flags =
  '--ignoreConfig --noEmit --strict --target es2024 --module nodenext --lib es2024,dom'.split(' ')

const client = `
import createClient from 'openapi-fetch'
import type { paths } from './types.d.ts'

const api = createClient<paths>({ baseUrl: 'https://line.example.com' })
`

const signUp = `
const { data, error } = await api.POST('/api/auth/organizations', {
  body: { name: 'Premium Auto Sales', email: 'owner@example.com' },
})
export const id: string | undefined = data?.organization.id
if (error?.code === 'slug_taken') console.log(error.detail)
`

describe('a client made by openapi-typescript', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(here, '.made-'))
    await writeFile(join(folder, 'types.d.ts'), await clientTypes())
  })
  afterAll(() => rm(folder, { recursive: true }))

  /** What the compiler has against a program of this client; empty where it compiles. */
  const complaints = async (name: string, program: string) => {
    const file = join(folder, `${name}.mts`)
    await writeFile(file, client + program)
    return promisify(execFile)(process.execPath, [tsc, ...flags, file]).then(
      () => '',
      (failed: { stdout: string }) => failed.stdout,
    )
  }

  test('a sign-up, whole, compiles, with its answer and its problems', async () => {
    expect(await complaints('whole', signUp)).toBe('')
  })

  test.each([
    ['without a body', `await api.POST('/api/auth/organizations', {})`, /body/],
    [
      'with an empty body',
      `await api.POST('/api/auth/organizations', { body: {} })`,
      /name, email/,
    ],
    [
      'of a problem it cannot meet',
      `${signUp}; if (error?.code === 'opted_out') throw error`,
      /overlap/,
    ],
  ])('a sign-up, %s, does not compile', async (name, program, complaint) => {
    expect(await complaints(name.replaceAll(' ', '-'), program)).toMatch(complaint)
  })

  test('a body, wrong by a rule about several of its fields, does not compile', async () => {
    const calls = impossibleBodies.map(([method, path, body], index) => {
      const params = Object.fromEntries(
        [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => [name, 'any']),
      )
      const given = JSON.stringify({ params: { path: params }, body })
      return `export const answer${index} = api.${method}('${path}', ${given})`
    })

    const complaint = await complaints('impossible', calls.join('\n'))

    for (const index of calls.keys())
      expect(complaint, calls[index]).toContain(`impossible.mts(${6 + index},`)
  })
})
