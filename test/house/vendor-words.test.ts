import { describe, expect, test } from 'vitest'
import { openApiDocument } from '../../src/http/openapi/document.ts'
import { routeTable } from '../support/route-table.ts'
import { readSources, type SourceFile } from './typescript/imports.ts'
import { textsOf } from './typescript/texts.ts'

type Json = unknown

const VENDOR = /twilio|elevenlabs/i

/** Where a vendor's name is a name of ours, that those who read it count on: each with its reason. */
const NAMES: Record<string, string> = {
  requiresElevenLabsImport: "a field of the product's first description",
  twilioSid: "a field of the product's first description",
  twilio_phone_sid: "a column of the product's first description, as the API shows it",
  elevenlabs_phone_id: "a column of the product's first description, as the API shows it",
  twilio: "the value of provider, a field of the product's first description",
  elevenlabs: 'the value of inbound_voice, the setting by which an organization is answered',
  elevenlabs_id_mismatch: 'a code that operators alone meet, in the list of all codes',
  twilio_sid_mismatch: 'a code that operators alone meet, in the list of all codes',
}

/** What a document says where it names a vendor: keys and texts, whatever it refers to included. */
function namings(value: Json, document: Json, path: string, seen = new Set<Json>()): string[] {
  if (typeof value === 'string') return VENDOR.test(value) ? [`${path}: ${value}`] : []
  if (typeof value !== 'object' || value === null || seen.has(value)) return []
  seen.add(value)
  return Object.entries(value).flatMap(([key, each]) => {
    if (key === '$ref') return namings(referred(String(each), document), document, path, seen)
    const named = VENDOR.test(key) ? [`${path}: ${key}`] : []
    return [...named, ...namings(each, document, `${path}/${key}`, seen)]
  })
}

function referred(reference: string, document: Json): Json {
  return reference
    .split('/')
    .slice(1)
    .reduce((part, name) => (part as Record<string, Json>)[name], document)
}

const textOf = (naming: string) => naming.slice(naming.indexOf(': ') + 2)

interface Document {
  paths: Record<string, Record<string, Json>>
}

/** The operations of everybody but operators and the vendors themselves. */
const routes = routeTable.filter(({ guard }) => ['public', 'signup', 'member'].includes(guard))
const document = openApiDocument(routeTable) as Document
const operations = routes.map(({ method, path }): [string, Json] => {
  const written = path.replace(/:(\w+)/g, '{$1}')
  return [`${method} ${written}`, document.paths[written]?.[method]]
})

describe('what organizations read about the API', () => {
  test.each(operations)(
    '%s, names a vendor only in names that are listed here',
    (name, operation) => {
      const found = namings(operation, document, '').filter((each) => !(textOf(each) in NAMES))

      expect(operation, name).toBeDefined()
      expect(found).toEqual([])
    },
  )

  test('names each of the names that are listed here', () => {
    const found = operations.flatMap(([, operation]) =>
      namings(operation, document, '').map(textOf),
    )

    expect(Object.keys(NAMES).filter((name) => !found.includes(name))).toEqual([])
  })

  test.each([
    ['a description', { description: 'as Twilio has it' }],
    ['an example', { content: { example: { error: 'ElevenLabs is away' } } }],
    ['a schema it refers to', { schema: { $ref: '#/components/schemas/Planted' } }],
    ['the name of a field', { properties: { elevenLabsName: {} } }],
  ])('planted in %s, is found', (_, planted) => {
    const around = { components: { schemas: { Planted: { title: 'Of Twilio' } } } }

    expect(namings(planted, around, '')).toHaveLength(1)
  })
})

/** Who may name a vendor to whom: what is not listed here is read by organizations. */
const SPEAKERS: Record<string, RegExp> = {
  'the adapters, whose messages are for operators': /^src\/carriers\//,
  'to operators, of what they set up': /^src\/(commands|config|server)\//,
  'to operators, of what needs them': /^src\/(notifications|reconcile)\//,
  'to operators, of one number': /^src\/phone-numbers\/(imports|manual|quarantine|sync|trace)\//,
  'to operators, on routes of theirs':
    /^src\/phone-numbers\/(routes|quarantine-mark|orders\/(next-steps|import-step)|pool\/(routes|batch-view))\.ts$/,
  'to operators, who alone register numbers': /^src\/messages\/a2p\//,
  'to operators, beside words for anybody':
    /^src\/(calls\/outbound\/place-call|messages\/replies\/require-texting|database\/refusals\/(stock|messages))\.ts$/,
  'to operators, in the log': /^src\/agents\/remove-agents\.ts$/,
  'to the vendors themselves': /^src\/webhooks\//,
  'about the routes for the vendors': /^src\/http\/openapi\/(operation|security|tags)\.ts$/,
}

/** Sentences that name a vendor: names alone, as of a route or a carrier, have no blank. */
function sentencesOf(files: SourceFile[]): string[] {
  return files.flatMap((file) =>
    textsOf(file)
      .filter((text) => VENDOR.test(text) && /\s/.test(text.trim()))
      .map((text) => `${file.path}: ${text.trim().slice(0, 60)}`),
  )
}

describe('what is said in TypeScript', () => {
  const files = readSources('src')

  test('to organizations, names no vendor', () => {
    const others = files.filter(({ path }) => !Object.values(SPEAKERS).some((s) => s.test(path)))

    expect(others.length).toBeGreaterThan(200)
    expect(sentencesOf(others)).toEqual([])
  })

  test.each(Object.entries(SPEAKERS))('%s, names one', (_, speaker) => {
    expect(sentencesOf(files.filter(({ path }) => speaker.test(path)))).not.toEqual([])
  })

  test.each(["throw new Error('Twilio is away')", 'const words = `ElevenLabs is asked`'])(
    'planted as %s, is found',
    (text) => {
      expect(sentencesOf([{ path: 'src/agents/planted.ts', text }])).toHaveLength(1)
    },
  )

  test.each(['// As Twilio has it', "const carrier = 'twilio'", "const path = '/twilio/sms'"])(
    'planted as %s, is none',
    (text) => {
      expect(sentencesOf([{ path: 'src/agents/planted.ts', text }])).toEqual([])
    },
  )
})
