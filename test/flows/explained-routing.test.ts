import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { closedNow, OPEN } from '../support/hours.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { ADMIN, control, request, signUp } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

const COLLEAGUE = '+16045559880'
const CALLER = '+16045559881'
const agent = { to: 'agent' }
const voicemail = { to: 'voicemail' }
const forward = { to: 'forward', number: COLLEAGUE }

describe('explaining how a call goes', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld()
  })
  afterAll(() => stopWithCleanLogs(world))

  const patch = async (path: string, settings: object) => {
    const changed = await request(world.origin, 'PATCH', path, { token: ADMIN, body: { settings } })
    expect(changed.status).toBe(200)
  }
  async function aLine(settings: object) {
    const { organization } = await signUp(world)
    const path = `/api/organizations/${organization.id}`
    await patch(path, settings)
    return { path, name: organization.name as string, number: organization.phoneNumber as string }
  }
  const courseOf = async (to: string, more: object = {}) => {
    const query = new URLSearchParams({ to, ...more })
    const { status, body } = await request(
      world.origin,
      'GET',
      `/api/admin/routes/explain?${query}`,
      {
        token: ADMIN,
      },
    )
    expect(status).toBe(200)
    return body.steps.find(({ step }: { step: string }) => step === 'course')
  }
  /** What a real call does first. */
  const reality = async (to: string) => {
    const call = await control(world, 'POST', 'calls', { from: CALLER, to, says: ['Hello'] })
    await Promise.allSettled([...world.context.background])
    return call.forwardedTo ? 'forward' : call.conversationId ? 'agent' : 'voicemail'
  }

  test.each([
    ['without hours or routing', {}, 'no_hours', [agent]],
    ['while it is open', { business_hours: OPEN }, 'open', [agent]],
    [
      'while it is open, with a routing of its own for then',
      { business_hours: OPEN, routing: { open: [forward, agent], closed: [voicemail] } },
      'open',
      [forward, agent],
    ],
    [
      'while it is closed',
      { business_hours: closedNow(), routing: { open: [forward], closed: [voicemail] } },
      'closed',
      [voicemail],
    ],
    [
      'while it is closed, with a routing for open hours alone',
      { business_hours: closedNow(), routing: { open: [forward] } },
      'closed',
      [agent],
    ],
  ])(
    '%s, tells what is tried, as a real call then goes',
    async (_when, settings, result, tries) => {
      const { number } = await aLine({ inbound_voice: 'server', ...settings })

      expect(await courseOf(number)).toMatchObject({ result, tries })
      expect(await reality(number)).toBe(tries[0]?.to)
    },
  )

  test('of a closed organization, says when it opens, what is tried, and what comes last', async () => {
    const { name, number } = await aLine({
      inbound_voice: 'server',
      business_hours: closedNow(),
      routing: { closed: [forward, agent] },
      fallback_forward_to: COLLEAGUE,
    })

    const { because } = await courseOf(number)

    expect(because).toMatch(
      new RegExp(
        `^By the hours of ${name} \\(America/New_York\\), it is closed now, and opens next on \\w+day, .+ at 12:00 AM\\. By the routing of ${name}, the caller is put through to \\${COLLEAGUE}, then the agent takes the call\\. Where that comes to nothing, a caller hears an apology\\.$`,
      ),
    )
  })

  test('without a routing, names whom callers are put through to where no agent answers', async () => {
    const { number } = await aLine({ inbound_voice: 'server', fallback_forward_to: COLLEAGUE })

    expect((await courseOf(number)).because).toContain(
      `Without a routing, the agent takes the call. Where that comes to nothing, a caller is put through to ${COLLEAGUE}, or else hears an apology.`,
    )
  })

  test('of a number with hours and a routing of its own, goes by those', async () => {
    const { path, number } = await aLine({ inbound_voice: 'server', business_hours: OPEN })
    await patch(`${path}/phone-numbers/${number}`, {
      business_hours: closedNow(),
      routing: { closed: [voicemail] },
    })

    const course = await courseOf(number)

    expect(course).toMatchObject({ result: 'closed', tries: [voicemail] })
    expect(course.because.match(/the number itself/g)).toHaveLength(2)
    expect(await reality(number)).toBe('voicemail')
  })

  test('where ElevenLabs answers, is the agent’s at any time, who is told the hours', async () => {
    const { number } = await aLine({ inbound_voice: 'elevenlabs', business_hours: closedNow() })

    const course = await courseOf(number)

    expect(course).toMatchObject({
      result: 'closed',
      tries: [agent],
      because: expect.stringContaining('ElevenLabs answers'),
    })
    expect(await reality(number)).toBe('agent')
  })

  test('of a past time, of a suspended organization and of nobody’s number, is not told', async () => {
    const { path, number } = await aLine({ business_hours: OPEN })
    const past = await courseOf(number, { at: new Date(Date.now() - 1_000).toISOString() })
    await request(world.origin, 'PATCH', path, { token: ADMIN, body: { status: 'suspended' } })

    expect([past, await courseOf(number), await courseOf('+16045559999')]).toEqual([
      undefined,
      undefined,
      undefined,
    ])
  })
})
