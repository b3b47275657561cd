import { readFileSync } from 'node:fs'
import { parse } from 'dotenv'
import { describe, expect, test } from 'vitest'
import { settingNames } from '../../src/config/settings.ts'
import { timings } from '../../src/config/timings.ts'
import { importsOf, readFiles, readSources } from './typescript/imports.ts'

const read = (name: string) => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8')

const dockerfile = read('Dockerfile')
const compose = read('compose.yaml')
const unit = read('deploy/orgline.service')
const description = JSON.parse(read('package.json')) as {
  scripts: Record<string, string>
  dependencies: Record<string, string>
  devDependencies: Record<string, string>
}

/** What the last stage has of the project. */
const copied = dockerfile
  .split(/^FROM /m)
  .at(-1)
  ?.match(/(?<=^COPY )(?!--from)\S+/gm)

const isCopied = (path: string) =>
  copied?.some((each) => path === each || path.startsWith(`${each}/`))

/** How npm start runs the server, which the others do without npm in between. */
const start = /exec (node .*)$/.exec(description.scripts.start ?? '')?.[1] ?? ''

/** Commands for whoever develops, of which a production has no use. */
const FOR_DEVELOPERS = ['src/commands/db-types/']

describe('what production runs', () => {
  const imports = [...readSources('src'), ...readFiles('src/**/*.cjs')].flatMap(importsOf)

  test('its packages, imported in src, are none that npm ci --omit=dev leaves out', () => {
    const left = Object.keys(description.devDependencies)
    const wrong = imports.filter(
      ({ from, to }) =>
        !FOR_DEVELOPERS.some((each) => from.startsWith(each)) &&
        left.some((name) => to === name || to.startsWith(`${name}/`)),
    )

    expect(wrong).toEqual([])
  })

  test('its files, imported in src, are all in the image', () => {
    const own = imports.filter(({ to }) => /^(src|sandbox|test|bench|chaos|migrations)\//.test(to))

    expect(own.length).toBeGreaterThan(500)
    expect(own.filter(({ to }) => !isCopied(to))).toEqual([])
    expect(isCopied('package.json')).toBe(true)
    expect(isCopied('migrations')).toBe(true)
  })

  test('.dockerignore, beside the Dockerfile, lets through what that copies, and no settings', () => {
    const shown = read('.dockerignore').match(/(?<=^!).+$/gm) ?? []
    const wanted = dockerfile
      .match(/(?<=^COPY )(?!--from).+(?= \S+$)/gm)
      ?.flatMap((line) => line.split(' '))

    expect(shown.toSorted()).toEqual([...new Set(wanted)].toSorted())
  })
})

describe('a deployment', () => {
  test('its command, in the image and under systemd, is that of npm start', () => {
    const entry = /^ENTRYPOINT (\[.*\])$/m.exec(dockerfile)?.[1] ?? '[]'

    expect((JSON.parse(entry) as string[]).join(' ')).toBe(start)
    expect(/^ExecStart=.* (node .*)$/m.exec(unit)?.[1]).toBe(start)
    for (const text of [dockerfile, unit, description.scripts.start])
      expect(text).toContain('MALLOC_ARENA_MAX=1')
  })

  test('its time to stop, in compose and under systemd, is longer than the server takes', () => {
    const grace = Number(/stop_grace_period: (\d+)s/.exec(compose)?.[1])
    const timeout = Number(/^TimeoutStopSec=(\d+)$/m.exec(unit)?.[1])

    expect(grace * 1_000).toBeGreaterThan(timings.shutdownMs)
    expect(timeout * 1_000).toBeGreaterThan(timings.shutdownMs)
  })

  test('its settings, of compose, are settings of the server, and the password has no default', () => {
    const server = compose.slice(compose.indexOf('  migrate:'))
    const names = server.match(/(?<=^ +)[A-Z][A-Z_]+(?=:)/gm) ?? []
    const variables = new Set(compose.match(/(?<=\$\{)[A-Z_]+/g))

    expect(names).toContain('DATABASE_URL')
    expect(names.filter((name) => !settingNames.includes(name))).toEqual([])
    expect([...variables]).toEqual(['POSTGRES_PASSWORD'])
    expect(compose).toMatch(/\$\{POSTGRES_PASSWORD:\?/)
    expect(parse(read('.env.example'))).toHaveProperty('DATABASE_URL')
  })

  test('its user, in the image and under systemd, is not root', () => {
    expect(/^USER (.+)$/m.exec(dockerfile)?.[1]).toBe('node')
    expect(/^User=(.+)$/m.exec(unit)?.[1]).toBe('orgline')
  })

  test('its Node, in the image, is the one that the project is tested with', () => {
    const [major] = description.devDependencies.node?.split('.') ?? []
    const images = dockerfile.match(/(?<=^FROM node:)\d+/gm)

    expect(images).toEqual([major, major])
    expect(read('.nvmrc').trim()).toBe(major)
  })
})
