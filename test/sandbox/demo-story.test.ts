import { stripVTControlCharacters } from 'node:util'
import { beforeAll, describe, expect, test } from 'vitest'
import { createNarrator } from '../../sandbox/demo/narrator.ts'
import { startReceiver } from '../../sandbox/demo/receiver.ts'
import { playStory } from '../../sandbox/demo/story.ts'
import { loopsOf } from '../support/loops.ts'
import { offStage, record, replay } from '../support/replay.ts'
import { startWorld } from '../support/world.ts'
import { agentsLies } from './demo-lies/agents.ts'
import { closingTimeLies } from './demo-lies/answers/closing-time.ts'
import { handoverLies } from './demo-lies/answers/handover.ts'
import { missedCallsLies } from './demo-lies/answers/missed-calls.ts'
import { textRepliesLies } from './demo-lies/answers/text-replies.ts'
import { transfersLies } from './demo-lies/answers/transfers.ts'
import { billsLies } from './demo-lies/bills.ts'
import { booksLies } from './demo-lies/books.ts'
import { customerLies } from './demo-lies/customer.ts'
import { eventsLies } from './demo-lies/events.ts'
import { historyLies } from './demo-lies/history.ts'
import { invitationLies } from './demo-lies/invitation.ts'
import { mishapsLies } from './demo-lies/mishaps.ts'
import { poolLies } from './demo-lies/pool.ts'
import { quarantineLies } from './demo-lies/quarantine.ts'
import { stageLies } from './demo-lies/stage.ts'
import { streamsLies } from './demo-lies/streams.ts'
import { voiceModesLies } from './demo-lies/voice-modes.ts'

const lies = [
  ...stageLies,
  ...customerLies,
  ...historyLies,
  ...mishapsLies,
  ...poolLies,
  ...quarantineLies,
  ...agentsLies,
  ...voiceModesLies,
  ...invitationLies,
  ...eventsLies,
  ...streamsLies,
  ...textRepliesLies,
  ...handoverLies,
  ...closingTimeLies,
  ...missedCallsLies,
  ...transfersLies,
  ...booksLies,
  ...billsLies,
]

/** No customer calls the same dealer more often. */
const MOST_REPEATS = 6

/** Without the names and counts, so that what is claimed of several dealers is one claim. */
const kindOf = (claim: string) =>
  claim
    .replace(/Premium Auto Sales|Downtown Motors|Lucky Motors|Handmade Motors|Instant Motors/g, 'X')
    .replace(/\bconv_\w+/g, 'C')
    .replace(/\b(604|212|415|305|\d{1,2})\b/g, 'N')

interface Said {
  lines: string[]
  claims: string[]
  reports: string[]
}
const nothingSaid = (): Said => ({ lines: [], claims: [], reports: [] })

describe('the story of the demo', () => {
  let recording: Awaited<ReturnType<typeof record>>
  let report: (said?: Said, wait?: () => Promise<void>) => Promise<void>
  beforeAll(async () => {
    const world = await startWorld({ hasMail: true })
    const receiver = await startReceiver()
    report = (said = nothingSaid(), wait = async () => {}) => {
      const narrator = createNarrator(
        (line) => void said.lines.push(stripVTControlCharacters(line)),
      )
      return playStory({
        api: world.origin,
        world: world.twins.origin,
        receiver: receiver.origin,
        narrator: {
          ...narrator,
          claim(text, isSo) {
            said.claims.push(text)
            narrator.claim(text, isSo)
          },
          report(text) {
            said.reports.push(text)
            narrator.report(text)
          },
        },
        wait,
      })
    }
    const meanwhile = loopsOf(world)
    recording = await record(() => report(undefined, () => offStage(meanwhile)))
    await world.stop()
    receiver.close()
  })

  test.each(lies)('at the claim "%s", where %s, ends', async (claim, _circumstance, lie) => {
    const error = await replay(recording, () => report(), lie).then(
      () => new Error('the story went on to its end'),
      (thrown: Error) => thrown,
    )

    expect(kindOf(error.message)).toBe(`The demo claims what is not so: ${claim}`)
  })

  test('told as it was, makes no claim that has not been put to this test', async () => {
    const said = nothingSaid()

    await replay(recording, () => report(said))

    expect(new Set(said.claims.map(kindOf))).toEqual(new Set(lies.map(([claim]) => claim)))
  })

  test('told as it was, fits into 80 columns, and repeats no sentence more often than a call', async () => {
    const said = nothingSaid()

    await replay(recording, () => report(said))

    expect(said.lines.filter((line) => line.length > 80)).toEqual([])
    const times = Map.groupBy([...said.claims, ...said.reports], (sentence) => sentence)
    const often = [...times].map(([sentence, { length }]) => ({ sentence, length }))
    expect(often.filter(({ length }) => length > MOST_REPEATS)).toEqual([])
  })
})
