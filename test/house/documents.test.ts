import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { EventType } from '../../src/events/event.ts'
import type { Guard, Route } from '../../src/http/route.ts'
import { NotificationType } from '../../src/notifications/notification.ts'
import { problemStatus } from '../../src/platform/errors.ts'
import { nameOf, routeTable } from '../support/route-table.ts'
import { readSources } from './typescript/imports.ts'

const read = (name: string) => readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8')

/** A section of a document, up to the next heading of its level or above. */
function sectionOf(name: string, heading: string): string {
  const level = read(name).match(new RegExp(`^(#+) ${heading}$`, 'm'))?.[1]?.length ?? 2
  const sections = read(name).split(new RegExp(`^#{2,${level}} `, 'm'))
  return sections.find((each) => each.startsWith(`${heading}\n`)) ?? ''
}

const callers: Record<Guard, string> = {
  public: 'anybody',
  signup: 'users',
  member: 'members',
  admin: 'operators',
  twilio: 'Twilio',
  elevenlabs: 'ElevenLabs',
  elevenlabs_signed: 'ElevenLabs',
}

/** A route as a line of docs/api.md begins. */
function lineOf(route: Route): string {
  const name = nameOf(route).replace(' /api/organizations/:organizationId', ' …')
  const who = route.problems?.includes('role_required') ? 'admins' : callers[route.guard]
  const scope = route.scope ? `\`${route.scope}\`` : '–'
  return `| \`${name}\`${route.idempotent ? ' ↻' : ''} | ${who} | ${scope} |`
}

describe('docs/api.md', () => {
  test('its tables, compared with the routes, have each with who may call it, and no other', () => {
    const lines = read('api.md').match(/^\| `[A-Z]+ .*?(?= [^|]+\|$)/gm)

    expect(lines?.toSorted()).toEqual(routeTable.map(lineOf).toSorted())
  })

  test('its error codes, compared with the problems, have each with its status and a cure, and no other', () => {
    const lines = read('api.md').matchAll(/^\| `(\w+)` \| (\d{3}) \| [^|]+ \| [^|]+ \|$/gm)
    const documented = Array.from(lines, ([, code, status]) => `${code} ${status}`)
    const problems = Object.entries(problemStatus).map(([code, status]) => `${code} ${status}`)

    expect(documented.toSorted()).toEqual(problems.toSorted())
  })

  test('its word on tokens, compared with what is read of them, says what the issuer has to confirm, and where that counts', () => {
    const section = sectionOf('api.md', 'Authentication')
    const readers = readSources('src').filter(({ text }) => /\baddressOf\(principal/.test(text))
    const believed = readers.flatMap(({ text }) => text.match(/'\/api\/(me|invites)'/g) ?? [])

    expect(section).toMatch(/issuer must confirm e-mail addresses/)
    expect(section).toContain('Confirm email, on')
    expect(section).toContain('claim `email`')
    expect(believed.toSorted()).toEqual(["'/api/invites'", "'/api/me'"])
    for (const path of ['/api/invites', '/api/me']) expect(section).toContain(`GET ${path}`)
    expect(sectionOf('operations.md', 'Members')).toContain('Confirm email, on')
  })
})

describe('docs/events.md', () => {
  test('its types, compared with the list of types, are all of them, and no other', () => {
    const rows = read('events.md').matchAll(/^\| (`\w+\.[^|]+) \|/gm)
    const types = Array.from(rows, ([, names = '']) => names.replaceAll('`', '').split(', ')).flat()

    expect(types.toSorted()).toEqual(EventType.options.toSorted())
  })
})

describe('docs/operations.md', () => {
  test('its notifications, compared with the list of types, are all of them, and no other', () => {
    const section = sectionOf('operations.md', 'Notifications')
    const types = Array.from(section.matchAll(/^\| `(\w+)` \|/gm), ([, type]) => type)

    expect(types.toSorted()).toEqual(NotificationType.options.toSorted())
  })
})
