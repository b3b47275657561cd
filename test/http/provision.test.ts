import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { stockPool } from '../support/pool.ts'
import { numberless, numbersOf, provision } from '../support/provision.ts'
import { ADMIN, atCarriers, request, runOrders } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

describe('POST /api/admin/provision', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld({ settings: { DATABASE_POOL_SIZE: '4' } })
  })
  afterAll(() => stopWithCleanLogs(world))

  const orderCount = async () =>
    (await world.sql('select from number_orders where organization_id is not null')).length

  test('for organizations without a number, takes of the pool first, orders the rest, and waits for none', async () => {
    const [pooled] = await stockPool(world, 1)
    const [first, second, third] = await numberless(world, 3)
    const before = (await atCarriers(world)).twilio.spent

    const { status, body } = await provision(world, {
      organizations: [
        { organizationId: first?.id, areaCode: '604' },
        { slug: second?.slug, areaCode: '212' },
        { slug: third?.slug, organizationId: third?.id, country: 'US' },
      ],
    })

    expect(status).toBe(200)
    expect(body).toMatchObject({ success: true, dryRun: false, remaining: 0 })
    expect(body.counts).toMatchObject({ assigned: 1, ordered: 2, has_number: 0, failed: 0 })
    expect(body.results[0]).toEqual({
      organizationId: first?.id,
      slug: first?.slug,
      name: 'Dealer 1',
      status: 'assigned',
      phoneNumber: pooled,
    })
    expect(body.results[1]).toMatchObject({ slug: second?.slug, orderStatus: 'running' })
    const orders = await world.sql('select cause, area_code, country, step from number_orders')
    expect(orders).toEqual(
      expect.arrayContaining([
        { cause: 'admin', area_code: '212', country: 'US', step: 'choose' },
        { cause: 'admin', area_code: null, country: 'US', step: 'choose' },
      ]),
    )
    expect((await atCarriers(world)).twilio.spent).toBe(before)
  })

  test('sent again, tells what is there and orders nothing twice, before and after the purchases', async () => {
    const organizations = await numberless(world, 2)
    const body = { organizations: organizations.map(({ id }) => ({ organizationId: id })) }
    const ordered = await provision(world, body)
    const orderIds = ordered.body.results.map((one: { orderId: string }) => one.orderId)

    const meanwhile = await provision(world, body)
    await runOrders(world)
    const afterwards = await provision(world, body)

    expect(ordered.body.counts.ordered).toBe(2)
    expect(meanwhile.body.counts).toMatchObject({ in_progress: 2, ordered: 0 })
    expect(meanwhile.body.results.map((one: { orderId: string }) => one.orderId)).toEqual(orderIds)
    expect(afterwards.body.counts).toMatchObject({ has_number: 2, ordered: 0 })
    expect(afterwards.body.results[0].phoneNumber).toMatch(/^\+1\d{10}$/)
    expect(await numbersOf(world, organizations)).toEqual([1, 1])
  })

  test('sent by several at the same time, brings one number each', async () => {
    const organizations = await numberless(world, 12)
    await stockPool(world, 5, { areaCode: '212', region: 'NY', country: 'US' })
    const body = { organizations: organizations.map(({ slug }) => ({ slug })) }

    const answers = await Promise.all([
      provision(world, body),
      provision(world, { organizations: body.organizations.toReversed() }),
      provision(world, { all: true }),
    ])

    const total = (status: string) =>
      answers.reduce((sum, { body: answer }) => sum + answer.counts[status], 0)
    expect(total('assigned')).toBe(5)
    expect(total('ordered')).toBe(7)
    expect(total('failed')).toBe(0)
    expect(await numbersOf(world, organizations)).toEqual(organizations.map(() => 1))
  })

  test('with wrong entries among right ones, fails those alone, each with its reason', async () => {
    const [good, other, asleep] = await numberless(world, 3)
    const path = `/api/organizations/${asleep?.id}`
    await request(world.origin, 'PATCH', path, { token: ADMIN, body: { status: 'suspended' } })
    const nobody = randomUUID()

    const { status, body } = await provision(world, {
      organizations: [
        'nonsense',
        null,
        {},
        { slug: good?.slug, areaCode: '911' },
        { slug: good?.slug, areaCode: '604', country: 'US' },
        { slug: good?.slug, state: 'BC' },
        { organizationId: 'premium-auto' },
        { organizationId: nobody },
        { organizationId: good?.id, slug: other?.slug },
        { organizationId: asleep?.id },
        { organizationId: good?.id },
        { slug: good?.slug },
      ],
    })

    expect(status).toBe(200)
    const errors = body.results.map((one: { error?: string }) => one.error)
    for (const [index, words] of [
      'expected object',
      'expected object',
      'organizationId or slug is missing',
      'areaCode: Area code "911"',
      'areaCode: Area code 604 is in BC, CA, not in US',
      'Unrecognized key: "state"',
      'organizationId: must be a UUID',
      `No organization has the id ${nobody}`,
      `No organization has the id ${good?.id} and slug "${other?.slug}"`,
      'is suspended, so it cannot be given a number: resume it first',
    ].entries())
      expect(errors[index]).toContain(words)
    expect(body.results[10]).toMatchObject({ status: 'ordered', slug: good?.slug })
    expect(body.results[11]).toMatchObject({ status: 'failed', organizationId: good?.id })
    expect(errors[11]).toMatch(/^Organization "Dealer 1" is entry 11 of this request already$/)
    expect(body.counts).toMatchObject({ failed: 11, ordered: 1 })
    expect(await numbersOf(world, [good, other, asleep])).toEqual([1, 0, 0])
  })

  test('as a dry run, says what the pool would be enough for, and changes nothing', async () => {
    const [pooled] = await stockPool(world, 1, { areaCode: '415', region: 'CA', country: 'US' })
    const organizations = await numberless(world, 3)
    const before = await orderCount()

    const { body } = await provision(world, {
      dryRun: true,
      organizations: organizations.flatMap(({ slug }) => [{ slug, country: 'US' }, { slug }]),
    })

    expect(body.dryRun).toBe(true)
    expect(body.results.map((one: { status: string }) => one.status)).toEqual([
      'would_assign',
      'failed',
      'would_order',
      'failed',
      'would_order',
      'failed',
    ])
    expect(await orderCount()).toBe(before)
    expect(await numbersOf(world, organizations)).toEqual([0, 0, 0])
    expect(
      await world.sql('select status from phone_numbers where phone_number = $1', [pooled]),
    ).toEqual([{ status: 'configured' }])
    // So that the pool is empty for the other tests.
    await provision(world, { organizations: [{ slug: organizations[0]?.slug }] })
  })

  test('for all, finds the active organizations without number or order, and next time none', async () => {
    const organizations = await numberless(world, 2)
    const path = `/api/organizations/${organizations[1]?.id}`
    await request(world.origin, 'PATCH', path, { token: ADMIN, body: { status: 'suspended' } })

    const first = await provision(world, { all: true })
    const second = await provision(world, { all: true })

    const slugs = first.body.results.map((one: { slug: string }) => one.slug)
    expect(slugs).toContain(organizations[0]?.slug)
    expect(slugs).not.toContain(organizations[1]?.slug)
    expect(first.body.counts.failed).toBe(0)
    expect(second.body).toMatchObject({ success: true, results: [], remaining: 0 })
    expect(await numbersOf(world, organizations)).toEqual([1, 0])
  })

  test('for an order that waits for a person, says so and orders nothing', async () => {
    const [stuck] = await numberless(world, 1)
    const body = { organizations: [{ slug: stuck?.slug }] }
    await provision(world, body)
    await world.sql(
      `update number_orders set status = 'needs_attention', last_error = 'Nothing is for sale' where organization_id = $1`,
      [stuck?.id],
    )

    const { results } = (await provision(world, body)).body

    expect(results[0]).toMatchObject({
      status: 'in_progress',
      orderStatus: 'needs_attention',
      error: 'Nothing is for sale',
    })
    expect(await numbersOf(world, [stuck])).toEqual([1])
  })

  test.each([
    ['nothing', {}],
    ['both organizations and all', { organizations: [{ slug: 'one' }], all: true }],
    ['all that is not true', { all: false }],
    ['no organizations', { organizations: [] }],
    ['501 organizations', { organizations: Array.from({ length: 501 }, () => ({ slug: 'one' })) }],
    ['organizations as an object', { organizations: { slug: 'one' } }],
    ['an unknown key', { all: true, areaCode: '604' }],
    ['dryRun as text', { all: true, dryRun: 'yes' }],
  ])('with %s, is refused and orders nothing', async (_, body) => {
    const before = await orderCount()

    const answer = await provision(world, body)

    expect(answer.status).toBe(400)
    expect(answer.body.code).toBe('validation_failed')
    expect(await orderCount()).toBe(before)
  })
})
