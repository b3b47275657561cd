import { type CarrierState, type CarrierText, whenHeard } from './carriers.ts'
import type { Holders } from './holdings.ts'
import type { World } from './world.ts'

/** A text as a database has it. */
interface Row {
  sid: string
  organizationId: string
  /** When our server heard of it, in ms; null where nobody told us and we looked. */
  heardAt: number | null
}

interface OptOut {
  organizationId: string
  customer: string
}

const TEXTS = `select jsonb_build_object(
  'rows', (select coalesce(jsonb_agg(jsonb_build_object(
    'sid', m.provider_message_id, 'organizationId', m.organization_id,
    'heardAt', case when to_jsonb(m) ->> 'caught_up_at' is null then extract(epoch from m.created_at)::float * 1000 end)), '[]')
    from orgline.messages m where m.direction = 'inbound'),
  'optOuts', (select coalesce(jsonb_agg(jsonb_build_object('organizationId', o.organization_id, 'customer', o.phone_number)), '[]')
    from orgline.opt_outs o)) as texts`

/** Texts that are not in exactly one place, and customers whose last word is not what is known; in words. */
export async function judgeTexts(world: World, atCarriers: CarrierState, holders: Holders) {
  const read = await Promise.all(
    world.deployments.map(async ({ database }) => {
      const rows = await world.cluster.query<{ texts: { rows: Row[]; optOuts: OptOut[] } }>(
        database,
        TEXTS,
      )
      return rows[0]?.texts ?? { rows: [], optOuts: [] }
    }),
  )
  const rows = Map.groupBy(
    read.flatMap((each) => each.rows),
    ({ sid }) => sid,
  )
  const optOuts = new Set(
    read.flatMap((each) => each.optOuts).map((each) => `${each.organizationId} ${each.customer}`),
  )
  const inbound = atCarriers.twilio.messages.filter(({ direction }) => direction === 'inbound')

  const isWrong = (text: CarrierText): boolean => {
    const stored = rows.get(text.sid) ?? []
    const [from, until] = whenHeard(atCarriers, text)
    const owner = holders.throughout(text.to, from, until)
    if (owner) return stored.length !== 1 || stored[0]?.organizationId !== owner
    return (
      stored.length > 1 ||
      stored.some((row) => !holders.ever(text.to, from - 1_000, until, row.organizationId))
    )
  }

  const keywords = inbound.flatMap((text): Keyword[] => {
    const word = text.body
    if (word !== 'STOP' && word !== 'START') return []
    const [second, until] = whenHeard(atCarriers, text)
    const owner = holders.throughout(text.to, second, until)
    // Whose it was is in doubt; so is what it changed.
    const of = owner ?? holders.lastBefore(text.to, until)
    if (!of) return []
    const heardAt = rows.get(text.sid)?.[0]?.heardAt ?? null
    return [{ pair: `${of} ${text.from}`, word, second, heardAt, isSure: owner !== undefined }]
  })
  const wrongPairs = [...Map.groupBy(keywords, ({ pair }) => pair)].filter(([pair, said]) => {
    const wanted = lastWord(said)
    return wanted !== undefined && optOuts.has(pair) !== (wanted === 'STOP')
  })
  return {
    texts: inbound.filter(isWrong).map(({ sid, to, body, date_created }) => {
      return `text ${sid} "${body}" to ${to} of ${date_created}: ${JSON.stringify(rows.get(sid) ?? [])}`
    }),
    optOuts: wrongPairs.map(([pair, said]) => `last word of ${pair}: ${JSON.stringify(said)}`),
  }
}

interface Keyword {
  pair: string
  word: 'STOP' | 'START'
  second: number
  heardAt: number | null
  isSure: boolean
}

/** For so long, most of a minute, a webhook may be repeated: when it was said, only the carrier tells. */
const REPEATED_MS = 60_000

/** What the customer said last; undefined where their sequence, or whom they said it to, is in doubt. */
function lastWord(said: Keyword[]): Keyword['word'] | undefined {
  const later = (one: Keyword, other: Keyword) =>
    one.second >= other.second + 2_000 ||
    (one.second >= other.second &&
      one.heardAt !== null &&
      other.heardAt !== null &&
      one.heardAt > other.heardAt)
  // Of a STOP that was looked for, a START that a webhook told within a minute may come before: the
  // customer stays opted out.
  const mayComeBefore = (one: Keyword, other: Keyword) =>
    one.word === 'START' &&
    other.heardAt === null &&
    one.heardAt !== null &&
    one.heardAt - REPEATED_MS < other.second + 1_000
  return said.find(
    (each) =>
      each.isSure &&
      // Of a START that was looked for, nobody knows what it came after.
      (each.word === 'STOP' || each.heardAt !== null) &&
      said.every(
        (other) => other.word === each.word || (later(each, other) && !mayComeBefore(each, other)),
      ),
  )?.word
}
