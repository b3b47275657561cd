import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { AppError } from '../../src/platform/errors.ts'
import { startLoop } from '../../src/platform/loop.ts'
import { stockPool } from '../support/pool.ts'
import { numberless, numbersOf } from '../support/provision.ts'
import { ADMIN, outside, request } from '../support/requests.ts'
import { startChild } from '../support/test-child.ts'
import { startWorld, type World } from '../support/world.ts'

describe('npm run provision', () => {
  let world: World
  let folder: string
  beforeAll(async () => {
    ;[world, folder] = await Promise.all([startWorld(), mkdtemp(join(tmpdir(), 'orgline-csv-'))])
  })
  afterAll(async () => {
    await world.stop()
    await rm(folder, { recursive: true })
  })

  /** The server's loop, which the command relies on. */
  function workOnOrders(): void {
    const loop = startLoop({
      name: 'orders',
      intervalMs: 50,
      tick: world.context.runner.tick,
      log: world.context.log,
    })
    onTestFinished(() => loop.stop())
  }

  /** The command as an operator runs it, in the file's folder. */
  async function command(csv: string, ...options: string[]) {
    await writeFile(join(folder, 'customers.csv'), csv)
    return startChild(['provision', '--csv', 'customers.csv', ...options], env(), folder)
  }

  test('first dry, then in earnest, then again, gives each organization one number and tells of each', async () => {
    const [had, pooled, bought, asleep] = await numberless(world, 4)
    await stockPool(world, 2)
    await request(world.origin, 'POST', '/api/admin/provision', {
      token: ADMIN,
      body: { organizations: [{ slug: had?.slug, country: 'CA' }] },
    })
    const path = `/api/organizations/${asleep?.id}`
    await request(world.origin, 'PATCH', path, { token: ADMIN, body: { status: 'suspended' } })
    const csv = [
      '\uFEFForganization_id,slug,area_code,country',
      `${had?.id},,,`,
      `,"${pooled?.slug}",604,`,
      '',
      `,${bought?.slug},,us`,
      `,${asleep?.slug},,`,
      ',,604,',
    ].join('\r\n')

    const dry = await command(csv, '--dry-run')
    expect(await dry.exited).toBe(1)
    expect(dry.output()).toContain(
      '1 had a number already\n1 would get one of the pool at once\n1 would have one ordered\n2 failed\n',
    )
    expect(await numbersOf(world, [pooled, bought])).toEqual([0, 0])

    const early = await command(csv, '--no-wait')
    expect(await early.exited).toBe(1)
    expect(early.output()).toContain('1 have one now\n1 have one on order')

    workOnOrders()
    const real = await command(csv)
    expect(await real.exited).toBe(1)
    expect(real.output()).toContain('4/4, 1 failed\n2 had a number already\n1 have one now\n')
    expect(real.output()).toContain(`\n  line 6: ${asleep?.slug}: Organization "Dealer `)
    expect(real.output()).toContain('\n  line 7: it names no organization\n')

    const again = await command(csv.split('\r\n').slice(0, 5).join('\n'))
    expect(await again.exited).toBe(0)
    expect(again.output()).toMatch(/3\/3\n3 had a number already\n$/)
    expect(await numbersOf(world, [had, pooled, bought])).toEqual([1, 1, 1])
  })

  test('killed in the middle and run again, goes on where it was and buys nothing twice', async () => {
    const organizations = await numberless(world, 105)
    await stockPool(world, 95)
    const csv = ['slug,area_code', ...organizations.map(({ slug }) => `${slug},604`)].join('\n')
    const before = (await outside(world)).twilio.spent
    const release = await holdBack(organizations[102]?.id)

    const first = await command(csv)
    await first.says('95/105, 5 on order')
    first.child.kill('SIGKILL')
    await first.exited
    expect(await numbersOf(world, organizations.slice(102, 103))).toEqual([0])
    await release()
    workOnOrders()
    const second = await command(csv)

    expect(await second.exited).toBe(0)
    expect(second.output()).toMatch(/105\/105\n\d+ had a number already\n\d+ have one now\n$/)
    expect(await numbersOf(world, organizations)).toEqual(organizations.map(() => 1))
    expect((await outside(world)).twilio.spent - before).toBe(10_000_000)
  })

  test('with orders that come to a stop or are canceled, ends and tells why', async () => {
    const [stopped, canceled] = await numberless(world, 2)
    const run = await command(`slug\n${stopped?.slug}\n${canceled?.slug}`)
    await run.says('0/2, 2 on order')

    await world.sql(
      `update number_orders set status = case organization_id when $1 then 'needs_person' else 'canceled' end,
         last_error = 'Nothing is for sale' where organization_id in ($1, $2)`,
      [stopped?.id, canceled?.id],
    )

    expect(await run.exited).toBe(1)
    expect(run.output()).toContain('2/2, 2 failed\n2 failed\n')
    expect(run.output()).toMatch(/line 2: dealer-.* waits for a person: Nothing is for sale\n/)
    expect(run.output()).toMatch(/line 3: dealer-.*: its order was canceled: run this again/)
  })

  test('while the server turns requests away for a moment, waits and goes on', async () => {
    const [one] = await numberless(world, 1)
    workOnOrders()
    const rpc = world.context.db.rpc
    const run = await command(`slug\n${one?.slug}`)
    await run.says('1 on order')
    world.context.db.rpc = () => Promise.reject(new AppError('database_unavailable', 'Away'))
    await expect.poll(() => world.logs.some((line) => line.includes('"status":503'))).toBe(true)
    world.context.db.rpc = rpc

    expect(await run.exited).toBe(0)
    expect(run.output()).toContain('1/1\n1 have one now\n')
  })

  test.each([
    ['no file', [], 'slug\none', '--csv is missing\nnpm run provision -- --csv <file>'],
    [
      'a file that is not there',
      ['--csv', 'none.csv'],
      '',
      'none.csv cannot be used, and nothing was sent: ENOENT',
    ],
    [
      'an unknown option',
      ['--csv', 'customers.csv', '--dryrun'],
      'slug\none',
      "Unknown option '--dryrun'",
    ],
    [
      'a file without a header',
      ['--csv', 'customers.csv'],
      'one\ntwo',
      'the header must name organization_id or slug',
    ],
    [
      'a server that is not there',
      ['--csv', 'customers.csv', '--url', 'http://127.0.0.1:9'],
      'slug\none',
      'http://127.0.0.1:9 does not answer (ECONNREFUSED): is the server running?',
    ],
    [
      'an address that is none',
      ['--csv', 'customers.csv', '--url', 'nowhere'],
      'slug\none',
      'PUBLIC_URL: Invalid URL',
    ],
  ])('with %s, sends nothing and says what is wrong', async (_, options, csv, message) => {
    await writeFile(join(folder, 'customers.csv'), csv)
    const run = startChild(['provision', ...options], { ...env(), INIT_CWD: folder }, '/')

    expect(await run.exited).toBe(1)
    expect(run.output()).toContain(message)
  })

  test('with ORGLINE_ADMIN_KEY and --url, uses these; a wrong key is refused at once', async () => {
    await writeFile(join(folder, 'customers.csv'), 'slug\nnobody')
    const options = ['--csv', 'customers.csv', '--url', `${world.origin}/`]
    const right = startChild(['provision', ...options], { ORGLINE_ADMIN_KEY: ADMIN }, folder)
    const wrong = startChild(['provision', ...options], { ORGLINE_ADMIN_KEY: 'wrong' }, folder)
    const none = startChild(['provision', ...options], {}, folder)

    expect(await right.exited).toBe(1)
    expect(right.output()).toContain('line 2: nobody: No organization has the slug "nobody"')
    expect(await wrong.exited).toBe(1)
    expect(wrong.output()).toMatch(/answered 401: /)
    expect(await none.exited).toBe(1)
    expect(none.output()).toContain('ADMIN_API_KEYS: is missing')
  })

  const env = () => ({ PUBLIC_URL: world.origin, ADMIN_API_KEYS: `sandbox:${ADMIN}` })

  /** Keeps what would change an organization waiting, until it is released. */
  async function holdBack(organizationId = ''): Promise<() => Promise<void>> {
    const client = new Client({ connectionString: world.database.url })
    await client.connect()
    await client.query('begin')
    await client.query('select from organizations where id = $1 for update', [organizationId])
    return () => client.end()
  }
})
