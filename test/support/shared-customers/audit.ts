import { expect } from 'vitest'
import { atCarriers } from '../requests.ts'
import type { World } from '../world.ts'
import type { Dealer } from './dealers.ts'
import type { Pair, Which } from './steps.ts'
import { otherThan, wordsOf } from './words.ts'

interface Text extends Pair {
  body: string
  /** The number that was texted. */
  to: string
  isLate: boolean
  /** Nothing stood in its way. */
  isLast?: boolean
}

// biome-ignore lint/suspicious/noExplicitAny: as the vendors have it
type Row = any

/** What a story has led to, by what the carriers hold to be true. */
export function createAudit(
  world: World,
  dealers: readonly [Dealer, Dealer],
  customers: readonly [string, string],
) {
  const texts: Text[] = []
  const calls: (Pair & { words: string })[] = []
  const persons = new Set<string>()

  /** Nothing of the other organization: not its words, nor its name, its id or its numbers. */
  function expectOwn(side: Which, known: unknown): void {
    const all = JSON.stringify(known)
    const other = dealers[otherThan(side)]
    expect(all).not.toMatch(wordsOf(otherThan(side)))
    for (const each of [other.name, other.id, ...other.numbers]) expect(all).not.toContain(each)
  }

  /** Each text is answered at most once, from the number that was texted; the last ones, at least once, too. */
  function expectAnswers(sent: Row[]): void {
    for (const { body, to, side, customer, isLate, isLast } of texts) {
      const answers = sent.filter((each) => each.body.includes(body))
      expect(answers.length, body).toBeLessThanOrEqual(isLate ? 0 : 1)
      expect(answers.length, body).toBeGreaterThanOrEqual(isLast ? 1 : 0)
      for (const answer of answers) {
        expect(answer).toMatchObject({ from: to, to: customers[customer] })
        expect(answer.body).toContain(`This is ${dealers[side].name}.`)
      }
    }
    for (const { from, body } of sent) expectOwn(dealers[0].numbers.includes(from) ? 0 : 1, body)
  }

  function expectContexts(conversations: Row[]): void {
    for (const side of [0, 1] as const) {
      const own = conversations.filter(
        (row) => variablesOf(row).organization_id === dealers[side].id,
      )
      for (const row of own) expectOwn(side, row)
      for (const { body, customer } of texts.filter((each) => each.side === side && each.isLast)) {
        const last = own.findLast((row) => JSON.stringify(row.transcript).includes(body))
        const newest = calls.findLast((each) => each.side === side && each.customer === customer)
        expect(variablesOf(last).previous_summary).toBe(
          newest ? `They said ${newest.words}` : 'First conversation',
        )
      }
    }
  }

  /** What was to be answered and was not, has a turn that ended so. */
  async function expectReasons(sent: Row[]): Promise<void> {
    const rows = await world.sql<{ body: string; status: string | null }>(
      `select m.body, t.status from messages m left join text_turns t on t.id = m.text_turn_id
       where m.direction = 'inbound' and m.from_number = any ($1)`,
      [customers],
    )
    expect(rows.map(({ body }) => body).toSorted()).toEqual(
      texts.map(({ body }) => body).toSorted(),
    )
    for (const { body, status } of rows) {
      const isAnswered = sent.some((each) => each.body.includes(body))
      expect([body, isAnswered], status ?? 'no turn').toEqual([body, status === 'answered'])
    }
  }

  return {
    text: (text: Text) => void texts.push(text),
    call: (call: Pair & { words: string }) => void calls.push(call),
    /** What a person of the organization writes. */
    byPerson(body: string): string {
      persons.add(body)
      return body
    },
    /** What an agent was told of a caller. */
    heard: (side: Which, variables: Record<string, string>) => expectOwn(side, variables),
    async check(intrusions: string[]): Promise<void> {
      expect(intrusions).toEqual([])
      const { twilio, elevenlabs } = await atCarriers(world)
      const isOfStory = (customer = '') => customers.includes(customer)
      const sent = (twilio.messages as Row[]).filter(
        ({ to, direction, body }) =>
          isOfStory(to) && direction === 'outbound-api' && !persons.has(body),
      )
      expectAnswers(sent)
      expectContexts(
        (elevenlabs.conversations as Row[]).filter(
          (row) => row.metadata.text_only && isOfStory(variablesOf(row).customer_phone ?? ''),
        ),
      )
      await expectReasons(sent)
    },
  }
}

const variablesOf = (row: Row): Record<string, string> =>
  row.conversation_initiation_client_data.dynamic_variables
