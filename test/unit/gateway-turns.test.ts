import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
import { z } from 'zod'
import { createAgentCreationStore } from '../../src/agents/agent-creation-store.ts'
import { createAgentStore } from '../../src/agents/agent-store.ts'
import { parseConfig } from '../../src/config/config.ts'
import { createDatabase } from '../../src/database/db.ts'
import { databaseTarget } from '../../src/infrastructure/database-target.ts'
import { createProvisionStore } from '../../src/phone-numbers/provisioning/provision-store.ts'
import { createLeaveAlone } from '../../src/phone-numbers/sync/leave-alone.ts'
import { createReconcileStore } from '../../src/reconcile/reconcile-store.ts'
import { exampleSettings, supabaseSettings } from '../support/settings.ts'

/** A gateway that answers nothing until it is `opened`; whom it was asked by, and what for, in that order. */
async function aGateway() {
  const asked: unknown[] = []
  const names: string[] = []
  const waiting: ServerResponse[] = []
  let isOpen = false
  const answer = (res: ServerResponse) =>
    res.setHeader('content-type', 'application/json').end('{}')
  const server = createServer({ keepAliveTimeout: 0 }, async (req, res) => {
    const [{ p_actor: actor }] = await req.map((bytes) => JSON.parse(String(bytes))).toArray()
    asked.push(actor?.name ?? actor?.id ?? 'a caller')
    names.push(String(req.url).replace(/^.*\//, ''))
    if (isOpen) answer(res)
    else waiting.push(res)
  }).listen(0, '127.0.0.1')
  const open = () => {
    isOpen = true
    for (const res of waiting.splice(0)) answer(res)
  }
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  await once(server, 'listening')
  return { asked, names, open, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

test.each([
  ['4', ['ann', '1'], ['a caller']],
  ['10', ['ann', 'ann', 'ann', '1', '2', '3'], ['a caller']],
])(
  'behind a gateway of which this server has %s connections, all who ask leave some to callers',
  async (DATABASE_POOL_SIZE, atOnce, afterwards) => {
    const { asked, url } = await aGateway()
    const env = { ...exampleSettings, ...supabaseSettings, DATABASE_POOL_SIZE }
    const { database } = parseConfig({ ...env, SUPABASE_URL: url })
    const db = createDatabase(databaseTarget(database, () => {}))
    const gone = new AbortController()
    const ask = (actor: object | null) =>
      void db
        .rpc('get_me', { actor, email: null } as never, z.unknown(), { signal: gone.signal })
        .catch(() => {})
    for (let times = 0; times < 9; times += 1) ask({ kind: 'operator', name: 'ann' })
    for (let id = 1; id < 9; id += 1) ask({ kind: 'user', id: String(id) })
    await expect.poll(() => asked.length).toBe(atOnce.length)
    ask(null)
    await expect.poll(() => asked).toContain('a caller')

    expect(asked.toSorted()).toEqual([...atOnce, ...afterwards].toSorted())
    gone.abort()
  },
)

/** A server of ten connections, whose operators have all the turns that they can have; more ask at the same time. */
async function anOfficeOfOperators(more: number) {
  const gateway = await aGateway()
  const { database } = parseConfig({
    ...exampleSettings,
    ...supabaseSettings,
    SUPABASE_URL: gateway.url,
    DATABASE_POOL_SIZE: '10',
  })
  const db = createDatabase(databaseTarget(database, () => {}))
  const ask = (actor: object) =>
    db.rpc('get_me', { actor, email: null } as never, z.unknown()).then(
      () => 'answered',
      (error: { code: string }) => error.code,
    )
  const asked = Array.from({ length: 3 + more }, () => ask({ kind: 'operator', name: 'ann' }))
  await expect.poll(() => gateway.names.length).toBe(3)
  return { ...gateway, db, ask, answers: asked, timeoutMs: database.timeoutMs }
}

const notYet = Symbol('not yet')
const soFar = (answer: Promise<string>) =>
  Promise.race([answer, new Promise((resolve) => setImmediate(resolve, notYet))])

test('requests of operators, more than have a turn at once, wait for it where those of a user are refused', async () => {
  vi.useFakeTimers({ toNotFake: ['setImmediate', 'nextTick', 'queueMicrotask', 'Date'] })
  const { ask, answers, open, timeoutMs } = await anOfficeOfOperators(20)
  const user = [1, 2, 3, 4].map(() => ask({ kind: 'user', id: 'bob' }))
  vi.advanceTimersByTime(timeoutMs / 2)
  const last = [
    await soFar(user[3] as Promise<string>),
    await soFar(answers[22] as Promise<string>),
  ]
  open()

  expect(last).toEqual(['too_many_at_once', notYet])
  expect(new Set(await Promise.all(answers))).toEqual(new Set(['answered']))
})

test('requests of operators, whose turn does not come within half a minute, are refused', async () => {
  vi.useFakeTimers({
    toNotFake: ['setImmediate', 'nextTick', 'queueMicrotask', 'Date', 'performance'],
  })
  const { answers } = await anOfficeOfOperators(1)
  vi.advanceTimersByTime(30_000)

  expect(await answers[3]).toBe('too_many_at_once')
})

test('what an operator’s request has begun, is recorded without a turn', async () => {
  const { db, names, open } = await anOfficeOfOperators(5)
  const actor = { kind: 'operator', name: 'ann' } as const
  const none = {} as never
  const reconcile = createReconcileStore(db, none)
  const agents = createAgentStore(db, { maxPerOrganization: 1, quarantineDays: 1, spending: none })
  const creation = createAgentCreationStore(db, { maxPerOrganization: 1, spending: none } as never)
  const begun = { lease: 'l', agent: { id: 'a' } } as never
  const all = [
    reconcile.adopt(actor, none),
    reconcile.makeDue(actor, 'n', 'PN'),
    reconcile.orderImport(actor, 'n', null),
    reconcile.endDoubts(actor, ['n']),
    reconcile.markGhosts(actor, ['n'], []),
    reconcile.recheckOrders(actor, ['n']),
    reconcile.tryStoppedImport(actor, ['n']),
    reconcile.tryStoppedPurchase(actor),
    createLeaveAlone(db)({ number: none, shown: null }, actor),
    createProvisionStore(db).provision(actor, 'o', none, 'e'),
    creation.recordMade(begun, 'agent', { actor, criteria: null } as never),
    agents.issueKey(actor, 'agent', none),
    agents.getMade(actor, 'agent'),
  ].map((each) => each.then(String, String))
  await expect.poll(() => names.length).toBe(3 + all.length)
  open()
  await Promise.all(all)

  expect(names.slice(3, 3 + all.length).toSorted()).toEqual([
    'adopt_number',
    'end_mark_doubts',
    'get_agent',
    'issue_agent_key',
    'leave_number_alone',
    'make_number_due',
    'mark_ghosts',
    'order_import',
    'provision_organization',
    'recheck_orders',
    'record_agent_created',
    'try_stopped_import',
    'try_stopped_purchase',
  ])
})

afterEach(() => void vi.useRealTimers())

test('a call, that cannot even begin, gives its turn back', async () => {
  const target = { kind: 'supabase', url: 'nowhere', secretKey: 'key', poolSize: 2 } as const
  const db = createDatabase({ ...target, timeoutMs: 60_000 })
  const actor = { kind: 'user', id: '1' } as const
  const ask = () => db.rpc('get_me', { actor, email: null }, z.unknown()).catch(String)

  expect([await ask(), await ask()]).toEqual(Array(2).fill(expect.stringContaining('supabaseUrl')))
})
