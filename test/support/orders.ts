import { randomUUID } from 'node:crypto'
import { createDatabase, type Database } from '../../src/database/db.ts'
import { isLeased, type LeasedOrder } from '../../src/phone-numbers/orders/order.ts'
import { type Candidate, createOrderStore } from '../../src/phone-numbers/orders/order-store.ts'
import { OPERATOR } from './actors.ts'
import { cloneDatabase } from './database.ts'
import { aNumber, anOrganization } from './rows.ts'

/** All budgets alike, unless one is named. */
interface PurchaseLimits {
  purchaseDailyLimit?: number
  first?: number
  further?: number
  operators?: number
}

/** The ledger as the application uses it, with settings that suit most tests. */
export function ledger(
  db: Database,
  { purchaseDailyLimit: limit = 1_000, ...budgets }: PurchaseLimits = {},
) {
  return createOrderStore(db, {
    leaseMs: 60_000,
    recheckIntervalMs: 60_000,
    purchaseDailyLimits: { first: limit, further: limit, operators: limit, ...budgets },
    maxAttempts: 5,
    inboundVoice: 'elevenlabs',
    agentId: 'agent_ours',
    publicUrl: 'https://line.example.com',
  })
}
export type Ledger = ReturnType<typeof ledger>

export function anOrderFor(organizationId: string) {
  return { organizationId, country: 'CA', areaCode: '604', areaCodeOnly: false }
}

/** A new order of a new organization. */
export async function anOrder(url: string, store: Ledger): Promise<string> {
  const organizationId = await anOrganization(url)
  return store.create(OPERATOR, {
    id: randomUUID(),
    organizationId,
    country: 'CA',
    areaCode: '604',
    areaCodeOnly: false,
  })
}

/** The order under a lease; fails when somebody else has it. */
export async function claimed(store: Ledger, orderId: string): Promise<LeasedOrder> {
  const { order } = await store.claim(orderId)
  if (!order || !isLeased(order)) throw new Error(`order ${orderId} could not be claimed`)
  return order
}

export async function aClaimedOrder(url: string, store: Ledger): Promise<LeasedOrder> {
  return claimed(store, await anOrder(url, store))
}

export function candidates(count: number): Candidate[] {
  return Array.from({ length: count }, () => ({
    phone_number: aNumber(),
    country: 'CA',
    region: 'BC',
    area_code: '604',
    capabilities: { voice: true, sms: true },
  }))
}

/** What a purchase brings. */
export function aPurchase(more: { manualImport?: boolean } = {}) {
  const twilioPhoneSid = `PN${randomUUID().replaceAll('-', '')}`
  const capabilities = { voice: true, sms: true }
  return {
    twilioPhoneSid,
    capabilities,
    smsStatus: 'ready' as const,
    manualImport: false,
    boughtAt: null,
    ...more,
  }
}

/** The ledger of a database of its own, for one test file. */
export async function openLedger(poolSize: number) {
  const { url, drop } = await cloneDatabase()
  const db = createDatabase({
    kind: 'postgres',
    url,
    timeoutMs: 10_000,
    poolSize,
    onError: () => {},
  })
  const close = async () => {
    await db.close()
    await drop()
  }
  return { url, db, store: ledger(db), close }
}
