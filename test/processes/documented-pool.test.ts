import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { TIMINGS } from '../../sandbox/timings.ts'
import {
  ACTIVATE_20,
  bare,
  POOL_STATUS,
  PURCHASE_5,
  PURCHASE_20,
  SIGN_UP,
  withImports,
} from '../support/documented-pool.ts'
import { createWorkflow, type Workflow } from '../support/documented-workflow.ts'
import { importInDashboard } from '../support/manual.ts'
import {
  atCarriers,
  control,
  fault,
  notifications,
  runOrders,
  signUp,
} from '../support/requests.ts'
import { sandboxFolder, spawnSandbox } from '../support/sandbox-process.ts'
import { startWorld, type World } from '../support/world.ts'

const a604 = expect.stringMatching(/^\+1604\d{7}$/)
type Answer = Awaited<ReturnType<Workflow['run']>>

describe("the pool document's test commands, on a running sandbox", () => {
  const folder = sandboxFolder()
  let workflow: Workflow
  let stop = async () => {}
  let empty: Answer
  let purchased: Answer
  let filled: Answer
  let signedUp: Answer
  let left: Answer
  beforeAll(async () => {
    const sandbox = await spawnSandbox(
      folder,
      { [TIMINGS]: JSON.stringify({ poolIntervalMs: 100 }) },
      (end) => {
        stop = end
      },
    )
    workflow = createWorkflow(sandbox)
    empty = await workflow.run(POOL_STATUS)
    purchased = await workflow.run(PURCHASE_5)
    filled = await workflow.run(POOL_STATUS)
    const token = await workflow.signIn('test@example.com')
    signedUp = await workflow.run(SIGN_UP, bare, token)
    left = await workflow.run(POOL_STATUS)
  })
  afterAll(async () => {
    await stop()
    rmSync(folder, { recursive: true, force: true })
  })

  test('curl -X POST …/batch-purchase, of 5 in 604, buys five that need no hand any more', async () => {
    expect(purchased.status).toBe(200)
    expect(purchased.body).toMatchObject({
      success: true,
      phoneNumbers: Array(5).fill(a604),
      count: 5,
      nextStep: expect.stringContaining('Nothing to do'),
      importInstructions: [],
      failures: [],
    })
    expect(new Set(purchased.body.phoneNumbers).size).toBe(5)
    const { twilio } = await atCarriers(workflow.world)
    const owned = twilio.numbers.map((row: { phone_number: string }) => row.phone_number)
    expect(owned).toEqual(expect.arrayContaining(purchased.body.phoneNumbers))
  })

  test.each([
    ['before any was bought', () => empty, {}, 0, 'Replenish pool soon'],
    ['after five were bought', () => filled, { configured: 5 }, 5, 'Pool healthy'],
    ['after a sign-up took one', () => left, { configured: 4 }, 4, 'Replenish pool soon'],
  ] as const)(
    'curl …/pool/status, %s, tells stock and what to do',
    (_circumstance, answer, poolStatus, configured, recommendation) => {
      expect(answer()).toEqual({
        status: 200,
        body: expect.objectContaining({ poolStatus, configured, needsImport: 0, recommendation }),
      })
    },
  )

  test('curl -X POST …/organizations, with numbers in the pool, is ready to use at once', async () => {
    expect(signedUp.status).toBe(201)
    expect(signedUp.body).toMatchObject({
      success: true,
      organization: {
        name: 'Test Auto',
        email: 'test@example.com',
        phoneNumber: a604,
        readyToUse: true,
        requiresElevenLabsImport: false,
        phoneNumberError: null,
      },
      message: 'Organization "Test Auto" created and ready to use!',
    })
    expect(purchased.body.phoneNumbers).toContain(signedUp.body.organization.phoneNumber)
  })

  test('a call to the assigned number, is answered in the name of the organization', async () => {
    const call = { from: '+16045557201', to: signedUp.body.organization.phoneNumber }

    const { agentSaid } = await control(workflow.world, 'POST', 'calls', call)

    expect(agentSaid).toContain('this is Jack from Test Auto')
  })

  test('a look at the pool, with four left, alerts operators to fewer than five', async () => {
    const alerts = () => notifications(workflow.world, '?status=pending&type=pool_low')

    await expect
      .poll(alerts)
      .toEqual([
        expect.objectContaining({ message: expect.stringMatching(/has 4 numbers .*fewer than 5/) }),
      ])
  })

  test.each([
    ['batch-purchase', PURCHASE_5],
    ['pool/status', POOL_STATUS],
    ['organizations', SIGN_UP],
    ['batch-activate', ACTIVATE_20],
  ])('…/%s, with a key that is none, is refused and buys nothing', async (_path, command) => {
    const { spent } = (await atCarriers(workflow.world)).twilio

    const { status, body } = await workflow.run(command, bare, randomUUID())

    expect(status).toBe(401)
    expect(body.error).toEqual(expect.any(String))
    expect((await atCarriers(workflow.world)).twilio.spent).toBe(spent)
  })
})

describe("the pool document's weekly process, with manual imports", () => {
  let world: World
  let workflow: Workflow
  let fallback: Answer
  let purchased: Answer
  let reported: Answer
  let bought: Answer
  let activated: Answer
  let filled: Answer
  beforeAll(async () => {
    world = await startWorld({
      settings: { ELEVENLABS_IMPORT: 'manual', ORDER_MAX_ATTEMPTS: '2' },
    })
    workflow = createWorkflow({ api: world.origin, world: world.twins.origin })
    fallback = await workflow.run(SIGN_UP, { ...bare, 'Test Auto': 'Early Auto' })
    purchased = await workflow.run(PURCHASE_20, bare)
    reported = await workflow.run(
      'GET /api/admin/notifications?status=pending&type=batch_import_required',
    )
    bought = await workflow.run(POOL_STATUS)
    const imports = []
    for (const phoneNumber of purchased.body.phoneNumbers) {
      const elevenLabsPhoneId = await importInDashboard(world, phoneNumber)
      imports.push({ phoneNumber, elevenLabsPhoneId })
    }
    activated = await workflow.run(ACTIVATE_20, withImports(imports))
    filled = await workflow.run(POOL_STATUS)
  })
  afterEach(() => control(world, 'DELETE', 'faults'))
  afterAll(() => world.stop())

  test('POST …/organizations, with an empty pool, answers the number bought instead', () => {
    expect(fallback.status).toBe(201)
    expect(fallback.body).toMatchObject({
      success: true,
      organization: {
        phoneNumberPurchased: expect.stringMatching(/^\+1\d{10}$/),
        requiresElevenLabsImport: true,
        readyToUse: false,
      },
      message: 'Organization "Early Auto" created. Phone number setup in progress.',
    })
  })

  test('POST …/organizations, with an empty pool and Twilio away, says so, and is retried later', async () => {
    await fault(world, 'twilio', 'availablePhoneNumbers.list', 'error', { status: 503, times: 50 })

    // In a country of which the pool has none.
    const { answer, organization } = await signUp(world, { preferredAreaCode: '212' })

    expect(answer).toMatchObject({ status: 201, body: { success: true } })
    expect(organization).toMatchObject({
      phoneNumber: null,
      phoneNumberPurchased: null,
      // What was tried often enough waits for an operator.
      phoneNumberError: expect.stringMatching(/tried again|operators/),
      readyToUse: false,
    })
    expect(answer.body.message).toBe(
      `Organization "${organization.name}" created. Phone number setup in progress.`,
    )
    await control(world, 'DELETE', 'faults')
    const orders = await workflow.run(`GET /api/admin/orders?organizationId=${organization.id}`)
    await workflow.run(`POST /api/admin/orders/${orders.body.orders[0].id}/retry`)
    await runOrders(world)
    const later = await workflow.run(`GET /api/organizations/${organization.id}`)
    expect(later.body.organization.phoneNumberPurchased).toMatch(/^\+1212/)
  })

  test('POST …/batch-purchase, of 20 in 604, buys them and says how to import them', () => {
    const { status, body } = purchased
    expect(status).toBe(200)
    expect(body).toMatchObject({
      success: true,
      phoneNumbers: Array(20).fill(a604),
      count: 20,
      nextStep: 'Import these numbers to ElevenLabs dashboard, then call batch-activate endpoint',
      failures: [],
    })
    expect(body.importInstructions).toEqual([
      'Go to ElevenLabs Dashboard > Phone Numbers',
      expect.stringMatching(/^Click "Import Phone Number/),
      expect.stringContaining(`phone numbers: ${body.phoneNumbers.join(', ')}`),
      'Assign to agent',
      'Copy phone IDs and call /api/admin/phone-numbers/batch-activate',
    ])
  })

  test('GET …/notifications, after the purchase, has one with the list of all numbers', () => {
    const { phoneNumbers } = purchased.body
    const [row] = reported.body.notifications
    expect(reported.body.notifications).toHaveLength(1)
    expect(row).toMatchObject({
      type: 'batch_import_required',
      status: 'pending',
      message: expect.stringMatching(/^Import 20 phone numbers to ElevenLabs: \+1604/),
    })
    expect(row.phone_numbers.sort()).toEqual([...phoneNumbers].sort())
    for (const number of phoneNumbers) expect(row.message).toContain(number)
  })

  test.each([
    ['before the import', () => bought, { purchased: 20 }, 0, 20, 'Replenish pool soon'],
    ['after the activation', () => filled, { configured: 20 }, 20, 0, 'Pool healthy'],
  ] as const)(
    'GET …/pool/status, %s, tells what is ready and what is not',
    (_circumstance, answer, poolStatus, configured, needsImport, recommendation) => {
      expect(answer()).toEqual({
        status: 200,
        body: expect.objectContaining({ poolStatus, configured, needsImport, recommendation }),
      })
    },
  )

  test('POST …/batch-activate, with the copied ids, activates each and resolves its notification', async () => {
    expect(activated).toEqual({
      status: 200,
      body: {
        success: true,
        results: purchased.body.phoneNumbers.map((phoneNumber: string) => ({
          phoneNumber,
          status: 'activated',
        })),
        message: 'Activated 20 numbers',
      },
    })
    const [row] = await notifications(world, '?type=batch_import_required')
    expect(row).toMatchObject({ status: 'resolved' })
  })

  test("POST …/batch-activate, with the document's own examples, fails each and says why", async () => {
    const { status, body } = await workflow.run(ACTIVATE_20, bare)

    const failed = (phoneNumber: string) => ({
      phoneNumber,
      status: 'failed',
      error: expect.stringContaining(phoneNumber),
    })
    expect(status).toBe(200)
    expect(body).toEqual({
      success: false,
      results: [failed('+16041234567'), failed('+16041234568')],
      message: 'Activated 0 numbers',
    })
  })

  test('POST …/organizations, after the activation, is ready to use without any step manually', async () => {
    const { organization } = await signUp(world)

    expect(organization).toMatchObject({ readyToUse: true, requiresElevenLabsImport: false })
    expect(purchased.body.phoneNumbers).toContain(organization.phoneNumber)
    const text = { from: '+16045557202', to: organization.phoneNumber, body: 'Hello' }
    expect(await control(world, 'POST', 'sms', text)).toMatchObject({ status: 200 })
  })

  test('POST …/batch-purchase, without a count, buys ten', async () => {
    const { body } = await workflow.run('POST /api/admin/phone-numbers/batch-purchase\n{}')

    expect(body).toMatchObject({ success: true, count: 10 })
  })
})
