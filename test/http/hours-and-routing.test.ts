import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { OPEN } from '../support/hours.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { expectProblem } from '../support/problems.ts'
import { ADMIN, request, signUp } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

const agent = { to: 'agent' }
const voicemail = { to: 'voicemail' }
const to = (number: string) => ({ to: 'forward', number })
const SERVER = { inbound_voice: 'server' }

describe('hours and routing', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld()
  })
  afterAll(() => stopWithCleanLogs(world))

  async function anOrganization(settings: object = {}) {
    const { organization, token } = await signUp(world)
    const path = `/api/organizations/${organization.id}`
    const patch = (body: object, where = path) =>
      request(world.origin, 'PATCH', where, { token, body: { settings: body } })
    if (Object.keys(settings).length > 0) expect((await patch(settings)).status).toBe(200)
    const number = organization.phoneNumber as string
    return { patch, number, numberPath: `${path}/phone-numbers/${number}`, path, token }
  }
  const show = async (path: string) =>
    (await request(world.origin, 'GET', path, { token: ADMIN })).body.organization.settings

  test('as they are given, are shown, and are gone when they are null', async () => {
    const { patch, path } = await anOrganization(SERVER)
    const settings = {
      business_hours: OPEN,
      routing: { open: [{ ...to('+16045559880'), ring_seconds: 20 }, agent], closed: [voicemail] },
    }

    expect((await patch(settings)).body.organization.settings).toEqual({ ...SERVER, ...settings })
    expect((await patch({ business_hours: null, routing: null })).status).toBe(200)
    expect(await show(path)).toEqual(SERVER)
  })

  test.each([
    ['of a zone that does not exist', { business_hours: { ...OPEN, time_zone: 'Mars/Base' } }],
    ['that never open', { business_hours: { ...OPEN, weekly: {} } }],
    [
      'whose span ends before it begins',
      { business_hours: { ...OPEN, weekly: { monday: [{ opens: '09:00', closes: '08:00' }] } } },
    ],
    ['with no step', { routing: { open: [] } }],
    ['with a step twice', { routing: { open: [to('+16045559881'), to('+16045559882')] } }],
    ['with something after voicemail', { routing: { open: [voicemail, agent] } }],
    ['with a step that nobody knows', { routing: { open: [{ to: 'fax' }] } }],
    [
      'that rings for an hour',
      { routing: { open: [{ ...to('+16045559881'), ring_seconds: 3_600 }] } },
    ],
  ])('%s, are refused as input', async (_what, settings) => {
    const { patch, path, numberPath } = await anOrganization(SERVER)

    for (const answer of [await patch(settings), await patch(settings, numberPath)])
      expect(answer).toMatchObject({ status: 400, body: { code: 'validation_failed' } })
    expect(await show(path)).toEqual(SERVER)
  })

  test.each([
    ['a premium number', async () => '+19005551234', 422, 'routing_unfit'],
    ['an emergency number', async () => '911', 422, 'routing_unfit'],
    ['nobody’s number', async () => '+16041115555', 400, 'destination_impossible'],
    ['a country that is not called', async () => '+442079460000', 422, 'routing_unfit'],
    [
      'a number of another organization',
      async () => (await signUp(world)).organization.phoneNumber,
      422,
      'routing_unfit',
    ],
  ])(
    'that forward to %s, are refused, of an organization and of a number',
    async (_what, numberOf, status, code) => {
      const { patch, path, numberPath } = await anOrganization(SERVER)
      const settings = { routing: { open: [agent, to(await numberOf())] } }

      for (const answer of [await patch(settings), await patch(settings, numberPath)])
        expectProblem(answer, status, code)
      expect(await show(path)).toEqual(SERVER)
    },
  )

  test('that forward to the number that is called, are refused', async () => {
    const { patch, number, numberPath } = await anOrganization(SERVER)

    const answer = await patch({ routing: { open: [to(number)] } }, numberPath)

    expectProblem(answer, 422, 'routing_unfit')
  })

  test.each([
    ['of an organization', false],
    ['of a number', true],
  ])(
    '%s, that ask for more than an agent where ElevenLabs answers, are refused with the remedy',
    async (_whose, isOfNumber) => {
      const { patch, path, numberPath } = await anOrganization()

      const answer = await patch({ routing: { open: [voicemail] } }, isOfNumber ? numberPath : path)
      const alone = await patch({ routing: { open: [agent] } }, isOfNumber ? numberPath : path)

      expect(answer).toMatchObject({
        status: 422,
        body: {
          code: 'routing_unfit',
          detail: expect.stringContaining(
            'set settings.inbound_voice of the organization to server',
          ),
        },
      })
      expect(alone.status).toBe(200)
    },
  )

  test.each([
    ['of the organization', false],
    ['of a number', true],
  ])(
    '%s, that ask for more than an agent, are not passed over when ElevenLabs is to answer: that is refused',
    async (_whose, isOfNumber) => {
      const { patch, path, number, numberPath } = await anOrganization(SERVER)
      await patch({ routing: { open: [agent, voicemail] } }, isOfNumber ? numberPath : path)

      const switched = await patch({ inbound_voice: 'elevenlabs' })
      const unset = await patch({ inbound_voice: null })

      expect(switched).toMatchObject({ status: 422, body: { code: 'routing_unfit' } })
      expect(switched.body.detail).toContain(isOfNumber ? number : 'of the organization')
      expect(unset.status).toBe(422)
      expect((await show(path)).inbound_voice).toBe('server')
    },
  )

  test('for closing time, are refused as long as nobody knows when that is', async () => {
    const { patch, numberPath } = await anOrganization(SERVER)
    const closed = { routing: { closed: [voicemail] } }

    const without = await patch(closed)
    const ofNumber = await patch(closed, numberPath)
    const together = await patch({ ...closed, business_hours: OPEN })
    const taken = await patch({ business_hours: null })

    for (const answer of [without, ofNumber, taken])
      expect(answer).toMatchObject({ status: 422, body: { code: 'routing_unfit' } })
    expect(together.status).toBe(200)
    expect((await patch(closed, numberPath)).status).toBe(200)
  })

  test('of a number, are changed by admins and keys for numbers, and are nobody else’s', async () => {
    const { numberPath } = await anOrganization(SERVER)
    const { token } = await signUp(world)

    const stranger = await request(world.origin, 'PATCH', numberPath, {
      token,
      body: { settings: { business_hours: OPEN } },
    })

    expect(stranger).toMatchObject({ status: 404, body: { code: 'organization_not_found' } })
  })
})
