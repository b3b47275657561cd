import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { atCarriers, request, signUp } from '../support/requests.ts'
import { aCall, askInitiation, aText, SMS_PATH, twilioPost } from '../support/signed.ts'
import { startWorld, type World } from '../support/world.ts'

interface Registered {
  conversation_initiation_client_data: {
    user_id: string
    dynamic_variables: Record<string, string>
  }
}

const VOUCHED = 'TN-Validation-Passed-A'
const customer = '+16045559611'

describe('a caller whose carrier vouches for the number', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld({ settings: { INBOUND_VOICE: 'server' } })
  })
  afterAll(() => stopWithCleanLogs(world, ['My order']))

  async function anOrganization(settings: object) {
    const { organization, token } = await signUp(world)
    await request(world.origin, 'PATCH', `/api/organizations/${organization.id}`, {
      token,
      body: { settings },
    })
    await twilioPost(
      world,
      SMS_PATH,
      aText(organization.phoneNumber, { From: customer, Body: 'My order' }),
    )
    return organization.phoneNumber as string
  }

  /** What the agent is told of the caller. */
  async function called(to: string, StirVerstat?: string) {
    const CallSid = `CA${randomBytes(16).toString('hex')}`
    await twilioPost(world, '/api/webhooks/call/incoming', {
      CallSid,
      From: customer,
      To: to,
      CallStatus: 'ringing',
      ...(StirVerstat !== undefined && { StirVerstat }),
    })
    const [call] = await world.sql('select id from calls where provider_call_id = $1', [CallSid])
    const { elevenlabs } = await atCarriers(world)
    return elevenlabs.conversations
      .map((row: Registered) => row.conversation_initiation_client_data)
      .find(({ user_id }: { user_id: string }) => user_id === call?.id).dynamic_variables
  }

  test.each([
    [VOUCHED, 'careful'],
    ['TN-Validation-Passed-B', 'none'],
    ['TN-Validation-Passed-C', 'none'],
    ['TN-Validation-Failed', 'none'],
    ['No-TN-Validation', 'none'],
    ['', 'none'],
    [undefined, 'none'],
  ])(
    'as Twilio tells it (%s), is remembered only with A, where that is asked for',
    async (verdict, memory) => {
      const number = await anOrganization({ only_attested_callers: true })

      const variables = await called(number, verdict)

      expect(variables.caller_memory).toBe(memory)
      expect(variables.conversation_context.includes('My order')).toBe(memory === 'careful')
    },
  )

  test('or not, is remembered as caller_memory says, where nobody asks for it', async () => {
    expect((await called(await anOrganization({}))).caller_memory).toBe('careful')
    const full = await anOrganization({ caller_memory: 'full', only_attested_callers: false })
    expect((await called(full, 'No-TN-Validation')).caller_memory).toBe('full')
  })

  test('where ElevenLabs asks, which is told of no carrier, is nobody who is remembered', async () => {
    const number = await anOrganization({
      only_attested_callers: true,
      inbound_voice: 'elevenlabs',
    })

    const { body } = await askInitiation(world, aCall(number, { caller_id: customer }))

    expect(body.dynamic_variables).toMatchObject({
      caller_memory: 'none',
      conversation_context: '',
    })
  })
})
