import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createAgent } from '../support/agents.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { expectProblem } from '../support/problems.ts'
import { ADMIN, request, signUp } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

const IN_CANADA = '+16045559701'
const IN_THE_US = '+12125559701'
const SERVER = { inbound_voice: 'server' }
const forwardTo = (number: string) => ({ routing: { open: [{ to: 'forward', number }] } })

describe('settings that put callers through', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld()
  })
  afterAll(() => stopWithCleanLogs(world))

  async function anOrganization(settings: object) {
    const { organization, token } = await signUp(world)
    await createAgent(world, token, { provision_phone: false })
    const path = `/api/organizations/${organization.id}`
    const number = organization.phoneNumber as string
    const numberPath = `${path}/phone-numbers/${number}`
    const patch = (body: object, where = path) =>
      request(world.origin, 'PATCH', where, { token, body: { settings: body } })
    expect((await patch(settings)).status).toBe(200)
    const shown = async () =>
      (await request(world.origin, 'GET', path, { token })).body.organization.settings
    return { id: organization.id as string, path, number, numberPath, token, patch, shown }
  }
  const WAYS: [string, (number: string) => object, string][] = [
    ['a forward', forwardTo, 'routing_unfit'],
    ['a transfer', (number) => ({ transfer_to: number }), 'transfer_unfit'],
    ['the fallback', (number) => ({ fallback_forward_to: number }), 'routing_unfit'],
  ]

  test.each(WAYS)(
    'of %s, to a country that the organization excludes, are refused, and nothing is stored',
    async (_way, settingOf, code) => {
      const { patch, shown } = await anOrganization({ ...SERVER, outbound_countries: ['CA'] })
      const before = await shown()

      const answer = await patch(settingOf(IN_THE_US))

      expectProblem(answer, 422, code)
      expect(answer.body.detail).toContain('settings.outbound_countries')
      expect(await shown()).toEqual(before)
      expect((await patch(settingOf(IN_CANADA))).status).toBe(200)
    },
  )

  test.each(WAYS)(
    'of %s, keep the organization from excluding their country, until they are gone',
    async (_way, settingOf, code) => {
      const { patch } = await anOrganization({ ...SERVER, ...settingOf(IN_THE_US) })

      expectProblem(await patch({ outbound_countries: ['CA'] }), 422, code)
      expect((await patch({ outbound_countries: ['CA', 'US'] })).status).toBe(200)
      expect((await patch({ outbound_countries: ['CA'], ...settingOf(IN_CANADA) })).status).toBe(
        200,
      )
    },
  )

  test('of one number, are held to the same', async () => {
    const { patch, number, numberPath } = await anOrganization({
      ...SERVER,
      outbound_countries: ['CA'],
    })

    const refused = await patch(forwardTo(IN_THE_US), numberPath)
    await patch({ outbound_countries: null })
    const allowed = await patch(forwardTo(IN_THE_US), numberPath)
    const narrowed = await patch({ outbound_countries: ['CA'] })

    expectProblem(refused, 422, 'routing_unfit')
    expect(allowed.status).toBe(200)
    expectProblem(narrowed, 422, 'routing_unfit')
    expect(narrowed.body.detail).toContain(number)
  })

  test('that were excluded while their number was away, do not come back with it', async () => {
    const { patch, number, numberPath, token, path } = await anOrganization(SERVER)
    await patch(forwardTo(IN_THE_US), numberPath)
    await request(world.origin, 'DELETE', numberPath, { token })
    expect((await patch({ outbound_countries: ['CA'] })).status).toBe(200)

    const restored = await request(
      world.origin,
      'POST',
      `/api/admin/phone-numbers/${number}/restore`,
      { token: ADMIN },
    )
    const held = await request(world.origin, 'GET', `${path}/phone-numbers`, { token })

    expect(restored.status).toBeLessThan(300)
    expect(held.body.phoneNumbers).toMatchObject([{ phone_number: number, settings: {} }])
  })
})
