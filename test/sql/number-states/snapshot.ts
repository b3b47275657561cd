/** All tables at one moment, and what was changed since the last look. Times are ISO 8601. */
export interface Snapshot {
  clock: string
  changes: Change[]
  numbers: NumberRow[]
  holdings: HoldingRow[]
  orders: OrderRow[]
  attempts: AttemptRow[]
  organizations: OrganizationRow[]
  messages: MessageRow[]
  calls: CallRow[]
  kept: { event_key: string }[]
  notifications: { type: string; subject: string }[]
}

export interface NumberRow {
  id: string
  phone_number: string
  country: string
  region: string | null
  area_code: string | null
  status: string
  twilio_phone_sid: string | null
  elevenlabs_phone_id: string | null
  import_state: string | null
  agent_id: string | null
  ghost_since: string | null
  sync_due_at: string | null
  sync_attempts: number
  quarantined_at: string | null
  release_at: string | null
  released_at: string | null
  releasing_at: string | null
}

export interface HoldingRow {
  id: string
  organization_id: string
  phone_number_id: string
  is_active: boolean
  from_pool: boolean
  ended_at: string | null
}

export interface OrderRow {
  id: string
  organization_id: string | null
  batch_id: string | null
  step: string
  status: string
  phone_number_id: string | null
  lease_until: string | null
}

interface AttemptRow {
  id: string
  order_id: string
  phone_number: string
  outcome: string
  buy_started_at: string | null
  first_not_found_at: string | null
}

export interface OrganizationRow {
  id: string
  status: string
  default_phone_number_id: string | null
}

interface MessageRow {
  provider_message_id: string
  organization_id: string
  organization_phone_number_id: string
  to_number: string
}

interface CallRow {
  id: string
  organization_id: string
  organization_phone_number_id: string
  direction: string
  status: string
  conversation_id: string | null
  from_number: string
  to_number: string
  summary: string | null
}

/** One row written, in the sequence of writing. `number`: of a holding, as its number was then. */
export type Change =
  | Written<'phone_numbers', NumberRow>
  | Written<'number_orders', OrderRow>
  | Written<'number_order_attempts', AttemptRow>
  | (Written<'organization_phone_numbers', HoldingRow> & { number: NumberThen })

interface Written<Kind extends string, Row> {
  kind: Kind
  tx: string
  at: string
  was: Row | null
  became: Row
}

interface NumberThen {
  status: string
  ghost: boolean
  due: boolean
  ordered: boolean
}

/** The rows written to one table. */
export function changesOf<Kind extends Change['kind']>(snapshot: Snapshot, kind: Kind) {
  return snapshot.changes.filter((change): change is Extract<Change, { kind: Kind }> => {
    return change.kind === kind
  })
}

export function isOpen(order: OrderRow): boolean {
  return order.status === 'running' || order.status === 'needs_attention'
}

export function isLive(number: NumberRow): boolean {
  return number.status !== 'released' && number.status !== 'failed'
}

export function liveNumber(snapshot: Snapshot, phoneNumber: string): NumberRow | undefined {
  return snapshot.numbers.find((row) => row.phone_number === phoneNumber && isLive(row))
}

export function openOrders(snapshot: Snapshot, number: NumberRow): OrderRow[] {
  return snapshot.orders.filter((order) => order.phone_number_id === number.id && isOpen(order))
}

/** Who has the number now. */
export function holdingOf(
  snapshot: Snapshot,
  number: Pick<NumberRow, 'id'> | undefined,
): HoldingRow | undefined {
  return snapshot.holdings.find((row) => row.phone_number_id === number?.id && !row.ended_at)
}

export function organizationOf(snapshot: Snapshot, id: string): OrganizationRow {
  const found = snapshot.organizations.find((row) => row.id === id)
  if (!found) throw new Error(`organization ${id} is gone`)
  return found
}
