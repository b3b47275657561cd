import { randomUUID } from 'node:crypto'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { withRetries } from '../../src/carriers/webhook-url.ts'
import { ACTIVATE, createWorkflow, example, type Workflow } from '../support/documented-workflow.ts'
import { buyAtTwilio, importInDashboard } from '../support/manual.ts'
import { atCarriers, control, request, signUp } from '../support/requests.ts'
import { sandboxFolder, spawnSandbox } from '../support/sandbox-process.ts'
import { aText, SMS_PATH, twilioPost } from '../support/signed.ts'

const aNumber = expect.stringMatching(/^\+1\d{10}$/)
const aTime = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)$/)

describe('the documented workflow, on a running sandbox with manual imports', () => {
  const folder = sandboxFolder()
  let workflow: Workflow
  let stop = async () => {}
  beforeAll(async () => {
    const sandbox = await spawnSandbox(folder, { ELEVENLABS_IMPORT: 'manual' }, (end) => {
      stop = end
    })
    workflow = createWorkflow(sandbox)
  })
  afterAll(async () => {
    await stop()
    rmSync(folder, { recursive: true, force: true })
  })

  test('POST /api/auth/organizations, of a new organization, answers the number bought for it', async () => {
    const token = await workflow.signIn('john@premiumauto.com')

    const { status, body } = await workflow.run(
      `POST /api/auth/organizations
      {"email": "john@premiumauto.com", "name": "Premium Auto Sales", "slug": "premium-auto-sales"}`,
      {},
      token,
    )

    expect(status).toBe(201)
    expect(body).toMatchObject({
      success: true,
      organization: {
        name: 'Premium Auto Sales',
        slug: 'premium-auto-sales',
        email: 'john@premiumauto.com',
        phoneNumberPurchased: aNumber,
        requiresElevenLabsImport: true,
      },
      message: expect.stringMatching(/^Organization .*created/),
    })
  })

  test('POST /api/auth/organizations, with an empty area code, buys a number all the same', async () => {
    const { answer } = await signUp(workflow.world, { preferredAreaCode: '' })

    expect(answer).toMatchObject({
      status: 201,
      body: { organization: { phoneNumberPurchased: aNumber } },
    })
  })

  test('the log, after a sign-up, tells of the purchase', async () => {
    const { organization } = await signUp(workflow.world)

    const lines = readFileSync(join(folder, 'server.log'), 'utf8').trimEnd().split('\n')

    const own = lines
      .map((line) => JSON.parse(line))
      .filter((line) => line.organizationId === organization.id)
    expect(own).toContainEqual(
      expect.objectContaining({
        msg: 'phone number purchased',
        phoneNumber: `${organization.phoneNumber.slice(0, 5)}•••${organization.phoneNumber.slice(-4)}`,
      }),
    )
  })

  test('the purchase for an organization, asked for by an operator, answers number and SID', async () => {
    const { organization } = await signUp(workflow.world, { provisionPhone: false })

    const { status, body } = await workflow.run(
      `POST /api/admin/organizations/[ORG_ID]/phone-numbers/purchase
      {"areaCode": "604"}`,
      { '[ORG_ID]': organization.id },
    )

    expect(status).toBe(201)
    expect(body).toMatchObject({
      phoneNumber: expect.stringMatching(/^\+1604\d{7}$/),
      twilioSid: expect.stringMatching(/^PN[0-9a-f]{32}$/),
      requiresElevenLabsImport: true,
    })
    expect(await workflow.atTwilio(body.phoneNumber)).toMatchObject({
      sid: body.twilioSid,
      sms_url: withRetries(`${workflow.world.origin}/api/webhooks/twilio/sms`),
    })
  })

  test('curl …/notifications?status=pending&type=…, after a sign-up, shows the import to be done', async () => {
    const { organization } = await signUp(workflow.world)
    const number = organization.phoneNumber

    const { status, body } = await workflow.run(
      'curl "https://your-domain.com/api/admin/notifications?status=pending&type=elevenlabs_import_required"',
    )

    expect(status).toBe(200)
    expect(new Set(body.notifications.map((row: Row) => `${row.status} ${row.type}`))).toEqual(
      new Set(['pending elevenlabs_import_required']),
    )
    expect(ofNumber(body.notifications, number)).toEqual([
      expect.objectContaining({
        type: 'elevenlabs_import_required',
        phone_number: number,
        organization_id: organization.id,
        message: expect.stringContaining(
          `Import ${number} to ElevenLabs dashboard and assign to agent`,
        ),
        status: 'pending',
        created_at: aTime,
      }),
    ])
  })

  test('GET /api/admin/notifications?status=pending&type=…, after the activation, shows it no more', async () => {
    const { number } = await workflow.anActiveLine()

    const { status, body } = await workflow.run(
      'GET /api/admin/notifications?status=pending&type=elevenlabs_import_required',
    )

    expect(status).toBe(200)
    expect(ofNumber(body.notifications, number)).toEqual([])
  })

  test('curl -X POST …/phone-numbers/+1604…/activate, once imported, makes the number active', async () => {
    const { number, phoneId } = await workflow.anImportedLine()

    const activated = await workflow.run(ACTIVATE, {
      [example.number]: number,
      [example.phoneId]: phoneId,
    })

    expect(activated).toEqual({
      status: 200,
      body: { success: true, phoneNumber: number, elevenLabsPhoneId: phoneId, status: 'assigned' },
    })
  })

  test('POST /api/admin/phone-numbers/+1604…/activate, written as a snippet, does the same', async () => {
    const { number, phoneId } = await workflow.anImportedLine()

    const activated = await workflow.run(
      `POST /api/admin/phone-numbers/+16041234567/activate
{
  "elevenLabsPhoneId": "phone_xyz123"
}`,
      { [example.number]: number, [example.phoneId]: phoneId },
    )

    expect(activated).toMatchObject({ status: 200, body: { success: true, phoneNumber: number } })
  })

  test("curl -X POST …/activate, with the documents' own example number, answers 404 and why", async () => {
    expect(await workflow.run(ACTIVATE)).toEqual({
      status: 404,
      body: expect.objectContaining({
        code: 'phone_number_not_found',
        error: expect.stringContaining(example.number),
      }),
    })
  })

  test('curl …/organizations/[ORG_ID]/phone-numbers, before the activation, shows an inactive number', async () => {
    const { organization, token } = await signUp(workflow.world)

    const { status, body } = await workflow.run(
      'curl "https://your-domain.com/api/organizations/[ORG_ID]/phone-numbers"',
      { '[ORG_ID]': organization.id },
      token,
    )

    expect(status).toBe(200)
    expect(body.phoneNumbers).toEqual([
      expect.objectContaining({
        phone_number: organization.phoneNumber,
        elevenlabs_phone_id: null,
        is_active: false,
        created_at: aTime,
      }),
    ])
  })

  test('GET /api/organizations/abc-123/phone-numbers, after the activation, shows number and import', async () => {
    const { organization, number, phoneId } = await workflow.anActiveLine()

    const { status, body } = await workflow.run('GET /api/organizations/abc-123/phone-numbers', {
      'abc-123': organization.id,
    })

    expect(status).toBe(200)
    expect(body.phoneNumbers).toEqual([
      expect.objectContaining({
        phone_number: number,
        elevenlabs_phone_id: phoneId,
        is_active: true,
        created_at: aTime,
      }),
    ])
  })

  test('an inbound call, of a customer who was called before, hears every documented variable', async () => {
    const { organization, number, token } = await workflow.anActiveLine()
    const customer = '+16045557101'
    await control(workflow.world, 'POST', 'answers', {
      number: customer,
      says: ['I like the blue one'],
    })
    await request(workflow.world.origin, 'POST', '/api/elevenlabs/outbound-call', {
      token,
      body: { organizationId: organization.id, phoneNumber: customer, customerName: 'John Smith' },
    })
    await control(workflow.world, 'POST', 'idle')

    const call = await control(workflow.world, 'POST', 'calls', { from: customer, to: number })

    expect(call.agentSaid).toContain(`this is Jack from ${organization.name}`)
    expect(call.variables).toMatchObject({
      conversation_context: expect.stringContaining('I like the blue one'),
      customer_name: 'John Smith',
      lead_status: 'Returning Customer',
      previous_summary: expect.not.stringMatching(/^(First conversation)?$/),
      organization_name: organization.name,
    })
  })

  test("POST /api/elevenlabs/outbound-call, of a lead, dials from the organization's own number", async () => {
    const { organization, number, phoneId, token } = await workflow.anActiveLine()

    const { status, body } = await workflow.run(
      `POST /api/elevenlabs/outbound-call
      {"phoneNumber": "+16045557102", "leadId": "lead-42", "organizationId": "[ORG_ID]"}`,
      { '[ORG_ID]': organization.id },
      token,
    )

    expect(status).toBe(200)
    expect(body).toMatchObject({ success: true, from: number, fromFallback: false })
    expect(await workflow.conversation(body.conversationId)).toMatchObject({
      metadata: {
        phone_call: {
          phone_number_id: phoneId,
          agent_number: number,
          external_number: '+16045557102',
        },
      },
      conversation_initiation_client_data: {
        dynamic_variables: { customer_phone: '+16045557102', organization_id: organization.id },
      },
    })
  })

  test('POST /api/elevenlabs/outbound-call, with a name, gives the agent every documented variable', async () => {
    const { organization, token } = await workflow.anActiveLine()

    const { body } = await workflow.run(
      `POST /api/elevenlabs/outbound-call
      {"phoneNumber": "+16045557106", "organizationId": "[ORG_ID]", "customerName": "Sarah Johnson"}`,
      { '[ORG_ID]': organization.id },
      token,
    )

    expect(await workflow.conversation(body.conversationId)).toMatchObject({
      conversation_initiation_client_data: {
        dynamic_variables: {
          customer_name: 'Sarah Johnson',
          organization_name: organization.name,
          lead_status: 'New Inquiry',
        },
      },
    })
  })

  test('POST /api/elevenlabs/outbound-call, without a number to call from, answers `error` and dials nobody', async () => {
    const { organization, token } = await signUp(workflow.world, { provisionPhone: false })

    const { status, body } = await workflow.run(
      `POST /api/elevenlabs/outbound-call
      {"phoneNumber": "+16045557103", "leadId": "lead-43", "organizationId": "[ORG_ID]"}`,
      { '[ORG_ID]': organization.id },
      token,
    )

    expect(status).toBe(409)
    expect(body.error).toEqual(expect.stringContaining('number'))
    const { twilio } = await atCarriers(workflow.world)
    expect(twilio.calls.filter((row: Row) => row.to === '+16045557103')).toEqual([])
  })

  test('POST /api/webhooks/twilio/sms, to a number of an organization, is kept for that organization', async () => {
    const [one, other] = [await workflow.anActiveLine(), await workflow.anActiveLine()]
    const text = { From: '+16045557104', Body: 'Is the truck still there?' }

    const { status, body } = await twilioPost(workflow.world, SMS_PATH, aText(one.number, text))

    expect(status).toBe(200)
    expect(body).toContain('<Response')
    const heard = async (to: string) =>
      (await control(workflow.world, 'POST', 'calls', { from: text.From, to })).variables
    expect(await heard(one.number)).toMatchObject({
      conversation_context: expect.stringContaining(text.Body),
      lead_status: 'Active Lead',
    })
    expect(await heard(other.number)).toMatchObject({
      conversation_context: '',
      lead_status: 'New Inquiry',
    })
  })

  test('POST /api/webhooks/twilio/sms, to a number nobody holds, answers 404 with `error`', async () => {
    const answer = await twilioPost(workflow.world, SMS_PATH, aText('+16045550001'))

    expect(answer).toMatchObject({
      status: 404,
      body: { error: expect.stringContaining('No organization') },
    })
  })

  test('the manual fallback, of purchase, import and entry manually, ends in a line in use', async () => {
    const { organization, token } = await signUp(workflow.world, { provisionPhone: false })
    const { phoneNumber, sid } = await buyAtTwilio(workflow.world)
    const phoneId = await importInDashboard(workflow.world, phoneNumber)

    const entered = await workflow.run(
      `POST /api/admin/phone-numbers
      {"phoneNumber": "[NUMBER]", "organizationId": "[ORG_ID]", "elevenLabsPhoneId": "phone_xyz123", "twilioPhoneSid": "[SID]"}`,
      {
        '[NUMBER]': phoneNumber,
        '[ORG_ID]': organization.id,
        [example.phoneId]: phoneId,
        '[SID]': sid,
      },
    )

    expect(entered).toMatchObject({ status: 201, body: { status: 'assigned', nextSteps: [] } })
    const call = await control(workflow.world, 'POST', 'calls', {
      from: '+16045557105',
      to: phoneNumber,
    })
    expect(call.agentSaid).toContain(`this is Jack from ${organization.name}`)
    const text = { from: '+16045557105', to: phoneNumber, body: 'Hello' }
    expect(await control(workflow.world, 'POST', 'sms', text)).toMatchObject({ status: 200 })
    const listed = await workflow.run(
      'GET /api/organizations/abc-123/phone-numbers',
      { 'abc-123': organization.id },
      token,
    )
    expect(listed.body.phoneNumbers).toMatchObject([
      {
        phone_number: phoneNumber,
        twilio_phone_sid: sid,
        elevenlabs_phone_id: phoneId,
        is_active: true,
      },
    ])
  })

  test('POST /api/agents, and the curl commands for its number, answer the documented fields', async () => {
    const token = await workflow.signIn('smith@example.com')
    await signUp(workflow.world, { provisionPhone: false }, token)

    const agent = await workflow.run(
      `curl -X POST http://localhost:8000/api/agents \\
  -H "Content-Type: application/json" \\
  -d '{"agent_name": "Test Agent", "area_code": "212"}'`,
      {},
      token,
    )
    const listed = await workflow.run(
      'curl http://localhost:8000/api/agents/phone-numbers',
      {},
      token,
    )
    const asked = await workflow.run(
      `POST /api/agents/{agent_id}/phone-number
      {"area_code": "415", "country": "US"}`,
      { '{agent_id}': agent.body.agent_id },
      token,
    )
    const released = await workflow.run(
      'DELETE /api/agents/{agent_id}/phone-number',
      { '{agent_id}': agent.body.agent_id },
      token,
    )

    // Its import is left to a person here.
    const number = agent.body.phone_number
    expect(agent).toMatchObject({
      status: 201,
      body: {
        agent_id: expect.stringMatching(/^agent_/),
        agent_name: 'Test Agent',
        phone_number: expect.stringMatching(/^\+1212\d{7}$/),
        phone_number_status: 'pending',
        api_token: expect.stringMatching(/^ol_/),
        created_at: aTime,
      },
    })
    const row = { phone_number: number, agent_id: agent.body.agent_id, provisioned_at: aTime }
    expect(listed.body).toMatchObject({ phone_numbers: [{ ...row, status: 'pending' }], total: 1 })
    expect(asked).toMatchObject({
      status: 202,
      body: {
        phone_number: number,
        phone_number_sid: expect.stringMatching(/^PN/),
        friendly_name: `(212) ${number.slice(5, 8)}-${number.slice(8)}`,
        capabilities: { voice: true, sms: expect.any(Boolean), mms: expect.any(Boolean) },
        status: 'pending',
      },
    })
    expect(released.body.message).toBe(`Phone number ${number} released successfully`)
  })

  const documented = [
    ['GET …/notifications', 'GET /api/admin/notifications?status=pending'],
    ['GET …/phone-numbers', 'GET /api/organizations/abc-123/phone-numbers'],
    ['curl -X POST …/activate', ACTIVATE],
  ] as const
  test.each(documented)('%s, with a key that is none, is refused', async (_name, command) => {
    const { organization } = await signUp(workflow.world, { provisionPhone: false })

    const { status, body } = await workflow.run(
      command,
      { 'abc-123': organization.id },
      randomUUID(),
    )

    expect(status).toBe(401)
    expect(body.error).toEqual(expect.any(String))
  })
})

type Row = Record<string, unknown>

function ofNumber(rows: Row[], number: string) {
  return rows.filter((row) => row.phone_number === number)
}
