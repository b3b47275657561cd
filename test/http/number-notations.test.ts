import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { effects } from '../support/effects.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { expectProblem, wrongParts } from '../support/problems.ts'
import { ADMIN, request, signUp } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

describe('a phone number in a path', () => {
  let world: World
  let number: string
  let elevenLabsPhoneId: string
  beforeAll(async () => {
    world = await startWorld()
    number = (await signUp(world)).organization.phoneNumber
    const [row] = await world.sql<{ id: string }>(
      'select elevenlabs_phone_id as id from phone_numbers',
    )
    elevenLabsPhoneId = row?.id ?? ''
  })
  afterAll(() => stopWithCleanLogs(world))

  /** Activates, which for an active number and its own id changes nothing and answers 200. */
  const activate = (segment: string) =>
    request(world.origin, 'POST', `/api/admin/phone-numbers/${segment}/activate`, {
      token: ADMIN,
      body: { elevenLabsPhoneId },
    })

  const notations: [string, (area: string, exchange: string, line: string) => string][] = [
    ['+1604…', (a, e, l) => `+1${a}${e}${l}`],
    ['%2B1604…', (a, e, l) => `%2B1${a}${e}${l}`],
    ['%2b1604…', (a, e, l) => `%2b1${a}${e}${l}`],
    ['with the space that a + turns into', (a, e, l) => `%201${a}${e}${l}`],
    ['(604) 555-2010', (a, e, l) => encodeURIComponent(`(${a}) ${e}-${l}`)],
    ['+1 (604) 555-2010', (a, e, l) => encodeURIComponent(`+1 (${a}) ${e}-${l}`)],
    ['604-555-2010', (a, e, l) => `${a}-${e}-${l}`],
    ['604.555.2010', (a, e, l) => `${a}.${e}.${l}`],
    ['1 604 555 2010', (a, e, l) => `1%20${a}%20${e}%20${l}`],
    ['6045552010', (a, e, l) => `${a}${e}${l}`],
    ['a line feed behind it', (a, e, l) => `+1${a}${e}${l}%0A%0A`],
    ['tel: in front', (a, e, l) => `tel:+1-${a}-${e}-${l}`],
    ['direction marks', (a, e, l) => encodeURIComponent(`\u202A+1${a}${e}${l}\u202C`)],
    ['full-width digits', (a, e, l) => encodeURIComponent(toFullWidth(`+1${a}${e}${l}`))],
  ]

  test.each(notations)(
    'a number, written as %s, means the same number',
    async (_notation, write) => {
      const segment = write(number.slice(2, 5), number.slice(5, 8), number.slice(8))

      const answer = await activate(segment)

      expect(answer).toMatchObject({
        status: 200,
        body: { success: true, phoneNumber: number, elevenLabsPhoneId, status: 'assigned' },
      })
    },
  )

  test.each([
    ['letters', 'abc'],
    ['too few digits', '+1604555'],
    ['too many digits', '+1604555201012345'],
    ['a service code', '911'],
    ['only zeros', '+0000000000'],
    ['a sign alone', '%2B'],
    ['a blank', '%20'],
    ['NUL', '%00'],
    ['an extension', '+16045552010%3Bext%3D5'],
    ['words around it', encodeURIComponent('call +16045552010 now')],
    ['two numbers', encodeURIComponent('+16045552010,+16045552011')],
    ['emoji', encodeURIComponent('📞📞📞')],
    ['quotes of SQL', encodeURIComponent("' or 1=1 --")],
    ['more than 40 characters', `+1604555${'-'.repeat(40)}2010`],
  ])('a number, with %s, is refused as impossible', async (_circumstance, segment) => {
    const before = await effects(world)

    const answer = await activate(segment)

    expectProblem(answer, 400, 'validation_failed')
    expect(wrongParts(answer)).toEqual(['path.phoneNumber'])
    expect(await effects(world)).toEqual(before)
  })

  test('a path, that cannot be decoded, is refused', async () => {
    const answer = await activate('%E0%A4%A')

    expectProblem(answer, 400, 'validation_failed')
  })

  test('a number, possible but not ours, is not found', async () => {
    const answer = await activate('+16045559999')

    expectProblem(answer, 404, 'phone_number_not_found')
  })

  test.each([
    ['missing', {}, ['body.elevenLabsPhoneId']],
    ['null', { elevenLabsPhoneId: null }, ['body.elevenLabsPhoneId']],
    ['a number', { elevenLabsPhoneId: 1 }, ['body.elevenLabsPhoneId']],
    ['empty', { elevenLabsPhoneId: '' }, ['body.elevenLabsPhoneId']],
    ['blank', { elevenLabsPhoneId: '  ' }, ['body.elevenLabsPhoneId']],
    ['too long', { elevenLabsPhoneId: 'p'.repeat(256) }, ['body.elevenLabsPhoneId']],
    ['given with an unknown field', { elevenLabsPhoneId: 'phnum_1', agentId: 'agent_1' }, ['body']],
  ])('the ElevenLabs id, %s, is refused', async (_circumstance, body, parts) => {
    const answer = await request(
      world.origin,
      'POST',
      `/api/admin/phone-numbers/${number}/activate`,
      {
        token: ADMIN,
        body,
      },
    )

    expectProblem(answer, 400, 'validation_failed')
    expect(wrongParts(answer)).toEqual(parts)
  })

  test('a number and an id, both wrong, are both named', async () => {
    const answer = await request(world.origin, 'POST', '/api/admin/phone-numbers/abc/activate', {
      token: ADMIN,
      body: { elevenLabsPhoneId: '' },
    })

    expectProblem(answer, 400, 'validation_failed')
    expect(wrongParts(answer)).toEqual(['body.elevenLabsPhoneId', 'path.phoneNumber'])
  })
})

function toFullWidth(text: string): string {
  return text.replace(/\d/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0))
}
