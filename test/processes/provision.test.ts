import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { provisionCommand } from '../../src/commands/provision/command.ts'
import { AppError } from '../../src/platform/errors.ts'
import { startLoop } from '../../src/platform/loop.ts'
import { stockPool } from '../support/pool.ts'
import { numberless, numbersOf } from '../support/provision.ts'
import { ADMIN, atCarriers, request } from '../support/requests.ts'
import { reservePort } from '../support/reserved-port.ts'
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
      tick: world.context.phoneNumbers.runner.tick,
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

    const real = await command(csv)
    await real.says('3/4, 1 on order, 1 failed')
    workOnOrders()
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
    const before = (await atCarriers(world)).twilio.spent
    const release = await holdBack(organizations[102]?.id)

    const first = await command(csv)
    await first.says('95/105, 5 on order')
    first.child.kill('SIGKILL')
    await first.exited
    expect(await numbersOf(world, organizations.slice(102, 103))).toEqual([0])
    await release()
    const second = await command(csv)
    await second.says('95/105, 10 on order')
    workOnOrders()

    expect(await second.exited).toBe(0)
    expect(second.output()).toMatch(/105\/105\n95 had a number already\n10 have one now\n$/)
    expect(await numbersOf(world, organizations)).toEqual(organizations.map(() => 1))
    expect((await atCarriers(world)).twilio.spent - before).toBe(10_000_000)
  })

  test('with orders that come to a stop or are canceled, ends and tells why', async () => {
    const [stopped, canceled] = await numberless(world, 2)
    const run = await command(`slug\n${stopped?.slug}\n${canceled?.slug}`)
    await run.says('0/2, 2 on order')

    await world.sql(
      `update number_orders set status = case organization_id when $1 then 'needs_attention' else 'canceled' end,
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
    const run = await command(`slug\n${one?.slug}`)
    await run.says('1 on order')
    const away = vi.spyOn(world.context.db, 'rpc')
    onTestFinished(() => away.mockRestore())
    away.mockRejectedValue(new AppError('database_unavailable', 'Away'))
    await expect.poll(() => away.mock.calls.length).toBeGreaterThan(0)
    away.mockRestore()
    workOnOrders()

    expect(await run.exited).toBe(0)
    expect(run.output()).toContain('1/1\n1 have one now\n')
  })

  /** The command within this process, which takes less time. */
  async function inProcess(options: string[], settings: Record<string, string> = env()) {
    let output = ''
    const write = (text: string) => (output += text)
    const code = await provisionCommand(options, { INIT_CWD: folder, ...settings }, { write })
    return { code, output }
  }

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
      ['--csv', 'wrong.csv', '--dryrun'],
      'slug\none',
      "Unknown option '--dryrun'",
    ],
    [
      'a file without a header',
      ['--csv', 'wrong.csv'],
      'one\ntwo',
      'the header must name organization_id or slug',
    ],
    [
      'a file in another encoding',
      ['--csv', 'wrong.csv'],
      Buffer.from('slug\ncaf\xe9', 'latin1'),
      'not valid for encoding utf-8',
    ],
    [
      'an address that is none',
      ['--csv', 'wrong.csv', '--url', 'nowhere'],
      'slug\none',
      'PUBLIC_URL: Invalid URL',
    ],
  ])('with %s, sends nothing and says what is wrong', async (_, options, csv, message) => {
    await writeFile(join(folder, 'wrong.csv'), csv)

    await expect(inProcess(options)).rejects.toThrow(message)
  })

  test('with a server that is not there, says so at once', async () => {
    await writeFile(join(folder, 'wrong.csv'), 'slug\none')
    const url = `http://127.0.0.1:${await reservePort()}`

    await expect(inProcess(['--csv', 'wrong.csv', '--url', url])).rejects.toThrow(
      `${url} does not answer (ECONNREFUSED): is the server running?`,
    )
  })

  test('with ORGLINE_ADMIN_KEY and --url, uses these; a wrong key is refused at once', async () => {
    await writeFile(join(folder, 'nobody.csv'), 'slug\nnobody')
    const options = ['--csv', 'nobody.csv', '--url', `${world.origin}/`]

    const { code, output } = await inProcess(options, { ORGLINE_ADMIN_KEY: ADMIN })

    expect(code).toBe(1)
    expect(output).toContain('line 2: nobody: No organization has the slug "nobody"')
    await expect(inProcess(options, { ORGLINE_ADMIN_KEY: 'wrong' })).rejects.toThrow('answered 401')
    await expect(inProcess(options, {})).rejects.toThrow('ADMIN_API_KEYS: is missing')
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
