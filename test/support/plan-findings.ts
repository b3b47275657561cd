import type { Client } from 'pg'

/** A node of a plan, as `explain (format json)` has it. */
export interface PlanNode {
  'Node Type': string
  'Relation Name'?: string
  'Index Name'?: string
  'CTE Name'?: string
  'Index Cond'?: string
  'Recheck Cond'?: string
  Filter?: string
  Plans?: PlanNode[]
}

/** Of each index its columns, where it is unique, and whether it has only some of the rows. */
export type Indexes = Map<string, { uniqueBy: string[] | null; isPartial: boolean }>

export async function readIndexes(client: Client): Promise<Indexes> {
  const { rows } = await client.query<{
    name: string
    columns: string[]
    isUnique: boolean
    isPartial: boolean
  }>(
    `select c.relname as name, array_agg(a.attname::text) as columns, i.indisunique as "isUnique", i.indpred is not null as "isPartial"
     from pg_index i join pg_class c on c.oid = i.indexrelid join pg_attribute a on a.attrelid = c.oid
     where c.relnamespace = 'orgline'::regnamespace group by 1, 3, 4`,
  )
  return new Map(
    rows.map(({ name, columns, isUnique, isPartial }) => [
      name,
      { uniqueBy: isUnique ? columns : null, isPartial },
    ]),
  )
}

/** Tables that stay small however many organizations there are. */
const SMALL = new Set([
  'deployment',
  'carrier_pauses',
  'leases',
  'presumed_losses',
  'reconcile_reports',
  'spend_hours',
])

/** What lists read as a whole before they take a page of it: members and invites of one, numbers that one holds. */
const READ_WHOLE = new Set(['everybody', 'own', 'held'])

/** Conditions by which an index is to find rows: tenant, customer, cursor, and when something is due. */
const SOUGHT = [
  /\b(organization_id|contact_id) = /,
  /\bROW\(/,
  /\b(poll_at|next_run_at|sync_due_at|release_at|alert_due_at|work_at|next_try_at|sms_try_at|sms_check_at|due_at|recording_due_at) <=? (\$|clock_)/,
]

/** What of a plan grows with the rows of others, or with all that a tenant has. */
export function findingsOf(plan: PlanNode, indexes: Indexes): string[] {
  const findings: string[] = []
  visit(plan, false)
  return findings

  function visit(node: PlanNode, isLimited: boolean): void {
    const type = node['Node Type']
    const table = node['Relation Name']
    const read = node['CTE Name']
    // What a query has read before its condition is asked.
    if (read && !READ_WHOLE.has(read) && SOUGHT.some((each) => each.test(node.Filter ?? '')))
      findings.push(`filters ${read} by ${node.Filter}`)
    if (table && !SMALL.has(table)) findings.push(...judge(node, table, isLimited))
    const isBelowLimit = type === 'Limit' || (isLimited && !takesAll(type))
    for (const child of node.Plans ?? []) visit(child, isBelowLimit)
  }

  function judge(node: PlanNode, table: string, isLimited: boolean): string[] {
    const { Filter: filter = '', Plans: below = [] } = node
    const type = node['Node Type']
    const condition = node['Index Cond'] ?? node['Recheck Cond'] ?? ''
    const index = indexes.get(node['Index Name'] ?? below[0]?.['Index Name'] ?? '')
    if (type === 'Seq Scan') return [`reads all of ${table}${filter && ` for ${filter}`}`]
    if (below.some((each) => each['Node Type'] === 'BitmapAnd')) {
      return [`combines indexes of ${table}`]
    }
    if (!/Index|Bitmap/.test(type) || findsOne(index?.uniqueBy, condition)) return []
    if (SOUGHT.some((each) => each.test(filter))) return [`filters ${table} by ${filter}`]
    // What waits for something, of which a partial index has nothing else, is little.
    if (condition === '' && !isLimited && !index?.isPartial) {
      return [`reads an index of ${table} from end to end`]
    }
    return []
  }
}

/** Whether an index is asked for an id, or a unique one for all its columns. */
function findsOne(columns: string[] | null | undefined, condition: string): boolean {
  if (/\bid = /.test(condition)) return true
  return columns?.every((column) => condition.includes(`${column} = `)) ?? false
}

/** Whether such a node takes all rows below it before it gives the first. */
function takesAll(type: string): boolean {
  return /^(Sort|Aggregate|Hash|WindowAgg)$/.test(type)
}
