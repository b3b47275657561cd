import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { reapplyCommand } from '../../src/commands/reapply/command.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { whileDatabaseAway } from '../support/outage.ts'
import { ADMIN, control, request, signUp } from '../support/requests.ts'
import { startChild } from '../support/test-child.ts'
import { startWorld, type World } from '../support/world.ts'

describe('npm run erasures:reapply', () => {
  let world: World
  let folder: string
  let organization: { id: string; phoneNumber: string }
  beforeAll(async () => {
    ;[world, folder] = await Promise.all([startWorld(), mkdtemp(join(tmpdir(), 'orgline-log-'))])
    ;({ organization } = await signUp(world))
  })
  afterAll(async () => {
    await rm(folder, { recursive: true })
    await stopWithCleanLogs(world)
  })

  const env = () => ({ PUBLIC_URL: world.origin, ADMIN_API_KEYS: `sandbox:${ADMIN}` })
  const contactsOf = (customer: string) =>
    world.sql<{ id: string }>('select id from contacts where phone_number = $1', [customer])
  const keysOf = (customer: string) =>
    world.sql<{ erased_at: Date }>(
      'select erased_at from erased_keys where key = private.erased_customer($1, $2)',
      [organization.id, customer],
    )
  const reported = (id: string) =>
    world.logs.filter((line) => line.includes('"msg":"contact erased"') && line.includes(id))

  /** A customer who has texted, and whom the log has as erased; a backup of before may be restored. */
  async function erased(customer: string) {
    await control(world, 'POST', 'sms', {
      from: customer,
      to: organization.phoneNumber,
      body: 'Hi',
    })
    const [contact] = await contactsOf(customer)
    const id = contact?.id ?? ''
    const tables = ['contacts', 'messages'] as const
    const backup = await Promise.all(
      tables.map((table) =>
        world.sql<{ rows: unknown }>(
          `select jsonb_agg(t) as rows from ${table} t where ${table === 'contacts' ? 'id' : 'contact_id'} = $1`,
          [id],
        ),
      ),
    )
    const path = `/api/organizations/${organization.id}/contacts/${id}`
    expect((await request(world.origin, 'DELETE', path, { token: ADMIN })).status).toBe(200)
    const [line = ''] = reported(id)
    const restore = async () => {
      await world.sql('delete from erased_keys')
      for (const [index, table] of tables.entries()) {
        await world.sql(
          `insert into ${table} select * from jsonb_populate_recordset(null::${table}, $1)`,
          [JSON.stringify(backup[index]?.[0]?.rows)],
        )
      }
    }
    return { id, line, restore }
  }

  async function reapply(log: string) {
    let text = ''
    const output = { write: (part: string) => (text += part) }
    const code = await reapplyCommand(['--log', '-'], env(), { input: Readable.from(log), output })
    return { code, text }
  }

  test('a customer, erased since the backup, is erased again with all texts, once', async () => {
    const customer = '+16045558101'
    const { id, line, restore } = await erased(customer)
    const { erasedAt } = JSON.parse(line)
    await restore()
    await writeFile(
      join(folder, 'server.log'),
      `2026-01-01T00:00:00Z out ${line}not JSON\n{"msg":"other"}\n`,
    )

    const command = ['erasures:reapply', '--log', 'server.log']
    const first = startChild(command, env(), folder)

    expect(await first.exited).toBe(0)
    expect(first.output()).toBe('1 erasures in the log\n1 contacts were back and are erased\n')
    expect(await contactsOf(customer)).toEqual([])
    expect(await world.sql('select from messages where contact_id = $1', [id])).toEqual([])
    const [key] = await keysOf(customer)
    expect(key?.erased_at.toISOString()).toBe(new Date(erasedAt).toISOString())
    expect(reported(id)).toHaveLength(2)
    expect(await reapply(line)).toEqual({
      code: 0,
      text: '1 erasures in the log\n0 contacts were back and are erased\n',
    })
  })

  test('a customer, back under another id, is erased by the number alone', async () => {
    const customer = '+16045558102'
    const { line } = await erased(customer)
    await world.sql(
      "insert into contacts (organization_id, phone_number, created_at) values ($1, $2, now() - interval '1 day')",
      [organization.id, customer],
    )

    const { text } = await reapply(line)

    expect(text).toContain('1 contacts were back')
    expect(await contactsOf(customer)).toEqual([])
  })

  test('a customer, erased and come back since, is somebody new and stays', async () => {
    const customer = '+16045558103'
    const { line } = await erased(customer)
    await control(world, 'POST', 'sms', {
      from: customer,
      to: organization.phoneNumber,
      body: 'Me',
    })

    const { text } = await reapply(line)

    expect(text).toContain('0 contacts were back')
    expect(await contactsOf(customer)).toHaveLength(1)
  })

  const textsOf = (customer: string) =>
    world.sql<{ body: string }>(
      `select m.body from messages m join contacts c on c.id = m.contact_id
       where c.phone_number = $1 order by m.created_at`,
      [customer],
    )
  /** As a reader of Twilio's lists takes it in: for the contact that is there. */
  const caughtUp = (customer: string, body: string, ms: number, after: string) =>
    world.sql(`select public.receive_message($1, $2, $3, $2, $4, '[]', 1, null, null, $5)`, [
      `SM${crypto.randomUUID()}`,
      customer,
      organization.phoneNumber,
      body,
      new Date(Date.parse(after) + ms),
    ])

  test('a customer, who texted after the erasure and is back with the former texts, keeps the later one', async () => {
    const customer = '+16045558108'
    const { id, line, restore } = await erased(customer)
    await restore()
    await caughtUp(customer, 'Me again', 2_000, JSON.parse(line).erasedAt)

    const { text } = await reapply(line)

    expect(text).toContain('1 contacts were back')
    expect(await textsOf(customer)).toEqual([{ body: 'Me again' }])
    expect((await contactsOf(customer)).map((row) => row.id)).not.toContain(id)
    expect((await reapply(line)).text).toContain('0 contacts were back')
  })

  test('a customer, erased twice, keeps only what came after the second time', async () => {
    const customer = '+16045558109'
    const { line, restore } = await erased(customer)
    await restore()
    const { erasedAt, ...rest } = JSON.parse(line)
    const second = new Date(Date.parse(erasedAt) + 60_000).toISOString()
    await caughtUp(customer, 'Between', 2_000, erasedAt)
    await caughtUp(customer, 'After', 2_000, second)

    await reapply(`${line}\n${JSON.stringify({ ...rest, erasedAt: second })}\n`)

    expect(await textsOf(customer)).toEqual([{ body: 'After' }])
  })

  test('a customer, whose erased text was read at Twilio before, is erased by the number', async () => {
    const customer = '+16045558110'
    const { line } = await erased(customer)
    await world.sql('delete from erased_keys')
    const { erasedAt } = JSON.parse(line)
    await caughtUp(customer, 'Hi', -1, erasedAt)
    expect(await textsOf(customer)).toEqual([{ body: 'Hi' }])

    await reapply(line)

    expect(await contactsOf(customer)).toEqual([])
  })

  test('an erasure, of an organization that is not there, is told and harms nothing', async () => {
    const { line } = await erased('+16045558104')
    const elsewhere = line.replace(organization.id, crypto.randomUUID())

    const { code, text } = await reapply(elsewhere)

    expect([code, text]).toEqual([
      0,
      '1 erasures in the log\n0 contacts were back and are erased\n1 of organizations that are not there\n',
    ])
  })

  test('a line, whose beginning is lost, is told, and the others count', async () => {
    const { line } = await erased('+16045558105')
    const { line: other } = await erased('+16045558106')

    const { code, text } = await reapply(`${line.slice(10)}\n${other}`)

    expect([code, text]).toEqual([
      1,
      '1 erasures in the log\n0 contacts were back and are erased\n1 lines could not be read\n',
    ])
  })

  test('an erasure, of which the database did not tell the end, is named, to be asked for again', async () => {
    const customer = '+16045558111'
    await control(world, 'POST', 'sms', {
      from: customer,
      to: organization.phoneNumber,
      body: 'Hi',
    })
    const [contact] = await contactsOf(customer)
    const path = `/api/organizations/${organization.id}/contacts/${contact?.id}`
    const answer = await whileDatabaseAway(world, () =>
      request(world.origin, 'DELETE', path, { token: ADMIN }),
    )
    expect(answer.status).toBe(503)
    const log = world.logs.filter((line) => line.includes(contact?.id ?? '')).join('')

    expect(await reapply(log)).toEqual({
      code: 1,
      text: `0 erasures in the log\n0 contacts were back and are erased\nmaybe erased, so ask for it again: DELETE ${path}\n`,
    })
  })

  test('the log line, of an erasure, is written at any level and tells nobody', async () => {
    const { line } = await erased('+16045558107')

    expect(Object.keys(JSON.parse(line)).toSorted()).toEqual(
      [
        'contactIds',
        'customers',
        'erasedAt',
        'hostname',
        'level',
        'msg',
        'name',
        'organizationId',
        'pid',
        'time',
      ].toSorted(),
    )
    expect(line).not.toContain('8107')
  })

  test.each<[string, string[], string]>([
    ['no log', [], '--log is missing'],
    ['a file that is not there', ['--log', '/nowhere/server.log'], 'ENOENT'],
  ])('the command, given %s, says so', async (_, args, words) => {
    const output = { write: () => {} }

    const running = reapplyCommand(args, env(), { input: Readable.from(''), output })

    await expect(running).rejects.toThrow(words)
  })
})
