import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { control, signUp } from '../support/requests.ts'
import { aText, SMS_PATH, twilioPost } from '../support/signed.ts'
import { startWorld, type World } from '../support/world.ts'

const CUSTOMER = '+16045559301'

describe('an inbound text', () => {
  let world: World
  let number: string
  let organizationId: string
  beforeAll(async () => {
    world = await startWorld()
    const { organization } = await signUp(world)
    number = organization.phoneNumber
    organizationId = organization.id
  })
  afterAll(() => stopWithCleanLogs(world, ['Bitte um Rückruf, danke']))

  /** A customer texts, through Twilio; answers what Twilio was told and the row it left. */
  async function text(fields: {
    from?: string
    body?: string
    mediaUrls?: string[]
    extra?: Record<string, string | string[]>
  }) {
    const sent = { from: CUSTOMER, to: number, body: 'Hello', ...fields }
    const answer = await control(world, 'POST', 'sms', sent)
    const rows = await world.sql(
      `select m.*, c.phone_number as contact from messages m left join contacts c on c.id = m.contact_id
       where m.provider_message_id = $1`,
      [fields.extra?.MessageSid ?? answer.messageSid],
    )
    return { status: answer.status, body: answer.body, rows }
  }

  test.each([
    ['plain words', 'Bitte um Rückruf, danke'],
    ['emoji', '🚗💨 Is it 👨‍👩‍👧‍👦 sized? 🇨🇦 1️⃣'],
    ['right-to-left text', 'שלום, האם הרכב עדיין זמין? مرحبا'],
    ['marks of direction', 'abc \u202e\u200f def \u2066ghi\u2069'],
    ['Chinese', '請問這輛車還在嗎？'],
    ['1600 characters', 'ab de'.repeat(320)],
    ['1600 emoji', '🚙'.repeat(1_600)],
    ['10000 emoji', '🚙'.repeat(10_000)],
    ['no words at all', ''],
    ['only blanks', '  \t  '],
    ['several lines', 'one\ntwo\r\nthree\n'],
    ['what looks like a form', 'a=1&b=2+3%20%zz;c=%00'],
    ['what looks like SQL', "'); drop table messages; --"],
    ['what looks like TwiML', '<Response><Message>free</Message></Response>'],
    ['what looks like JSON', '{"__proto__":{"x":1}}'],
    ['letters in two ways of writing', 'é e\u0301'],
  ])('a text, of %s, is stored as it was sent', async (_circumstance, body) => {
    const { status, rows } = await text({ body })

    expect(status).toBe(200)
    expect(rows).toMatchObject([
      { organization_id: organizationId, body, contact: CUSTOMER, direction: 'inbound' },
    ])
  })

  test.each([
    ['NUL', 'a\u0000b', 'a\ufffdb'],
    ['half of a surrogate pair', 'a\ud83db', 'a\ufffdb'],
  ])(
    'a text, with %s, is stored with a replacement character',
    async (_circumstance, body, stored) => {
      const { status, rows } = await text({ body })

      expect(status).toBe(200)
      expect(rows).toMatchObject([{ body: stored }])
    },
  )

  test.each<[string, Record<string, string | string[]>]>([
    ['a MessagingServiceSid', { MessagingServiceSid: 'MG00000000000000000000000000000001' }],
    [
      'fields nobody knows yet',
      { FutureField: 'x', AddOns: '{"status":"successful"}', 'Weird[name]': '1' },
    ],
    ['an empty field', { FromZip: '', Nothing: '' }],
    ['a repeated field', { Repeated: ['b', 'a', 'b'] }],
    [
      'fields in brackets',
      { 'Media[0]': 'x', 'List[]': ['b', 'a'], 'Deep[a][b][c]': 'y', 'a.b': 'z' },
    ],
    ['emoji in a field nobody knows', { ProfileName: 'Ана 🚗 + & = %' }],
    [
      'fields named like properties of objects',
      { __proto__x: '1', constructor: 'x', toString: 'y', hasOwnProperty: 'z' },
    ],
    [
      'two hundred fields',
      Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`Extra${index}`, 'x'])),
    ],
  ])('a text, with %s, is verified and stored', async (_circumstance, extra) => {
    const { status, body, rows } = await text({ body: 'With extras', extra })

    expect({ status, body }).toEqual({ status: 200, body: expect.stringContaining('<Response/>') })
    expect(rows).toMatchObject([{ body: 'With extras', contact: CUSTOMER }])
  })

  test('a text, whose body arrives twice, is stored with the first', async () => {
    const { status, rows } = await text({ extra: { Body: ['first', 'second'] } })

    expect(status).toBe(200)
    expect(rows).toMatchObject([{ body: 'first' }])
  })

  test('a text, with fields that name prototypes, is stored and changes no other object', async () => {
    const { status, rows } = await text({
      extra: { '__proto__[polluted]': '1', 'constructor[prototype][polluted]': '1' },
    })

    expect(status).toBe(200)
    expect(rows).toHaveLength(1)
    expect(({} as { polluted?: string }).polluted).toBeUndefined()
  })

  test('a text, with pictures and no words, is stored with all of them', async () => {
    const mediaUrls = [0, 1, 2].map((index) => `https://api.example/media/${index}?a=1&b=ü`)

    const { status, rows } = await text({ body: '', mediaUrls })

    expect(status).toBe(200)
    expect(rows).toMatchObject([
      {
        body: '',
        media: mediaUrls.map(() => ({
          url: expect.stringMatching(/\/Media\/ME[0-9a-f]{32}$/),
          contentType: 'image/jpeg',
        })),
      },
    ])
  })

  test.each([
    ['says more pictures than it has', { NumMedia: '3' }],
    ['says nonsense', { NumMedia: 'many' }],
    ['says less than none', { NumMedia: '-1' }],
    ['says very many', { NumMedia: '999' }],
  ])('a text, whose NumMedia %s, is stored without them', async (_circumstance, extra) => {
    const { status, rows } = await text({ body: 'No pictures', extra })

    expect(status).toBe(200)
    expect(rows).toMatchObject([{ body: 'No pictures', media: [] }])
  })

  test.each([
    ['a short code', '72345'],
    ['a name', 'ACME Bank'],
    ['a withheld number', '+266696687'],
    ['the word anonymous', 'anonymous'],
    ['an address on a channel that has no numbers', 'messenger:1234567890'],
  ])('a text, from %s, is stored under it and makes no contact', async (_sender, from) => {
    const { status, rows } = await text({ from, body: 'From elsewhere' })

    expect(status).toBe(200)
    expect(rows).toMatchObject([{ body: 'From elsewhere', from_number: from, contact: null }])
  })

  test('a text, from a number abroad, makes a contact of that number', async () => {
    const { rows } = await text({ from: '+4915123456789' })

    expect(rows).toMatchObject([{ from_number: '+4915123456789', contact: '+4915123456789' }])
  })

  test.each([
    ['NUL', 'a\u0000b'],
    ['half of a surrogate pair', 'a\ud83db'],
    ['3000 emoji', '🚙'.repeat(3_000)],
    // What repeats is kept small, and might fit where this does not.
    ['4000 letters at random', randomBytes(2_000).toString('hex')],
  ])('a signed text, with %s in every field, is stored or refused', async (_what, odd) => {
    const { MessageSid: sid } = aText(number)
    const fields = [
      'Body',
      'MediaUrl0',
      'MediaContentType0',
      'NumMedia',
      'NumSegments',
      'OptOutType',
    ]
    const rest = Object.fromEntries(fields.map((field) => [field, odd.slice(0, 4_000)]))

    const sender = await twilioPost(world, SMS_PATH, aText(number, { ...rest, From: odd }))
    const media = await twilioPost(world, SMS_PATH, aText(number, { ...rest, NumMedia: '1' }))
    const ours = await twilioPost(world, SMS_PATH, aText(odd))
    const provider = await twilioPost(
      world,
      SMS_PATH,
      aText(number, { MessageSid: `${sid}${odd}` }),
    )

    expect(media.status).toBe(200)
    for (const { status } of [sender, ours, provider]) expect([200, 400, 404]).toContain(status)
  })

  test.each(['MessageSid', 'From', 'To'])(
    'a signed text, without %s, answers 400 and stores nothing',
    async (field) => {
      const { [field]: _missing, ...params } = aText(number)

      const answer = await twilioPost(world, SMS_PATH, params)

      expect(answer).toMatchObject({ status: 400, body: { code: 'validation_failed' } })
      const rows = await world.sql('select 1 from messages where provider_message_id = $1', [
        params.MessageSid,
      ])
      expect(rows).toEqual([])
    },
  )
})
