import { beforeAll, describe, expect, test } from 'vitest'
import { createNarrator } from '../../sandbox/demo/narrator.ts'
import { startReceiver } from '../../sandbox/demo/receiver.ts'
import { playStory } from '../../sandbox/demo/story.ts'
import { record, replay } from '../support/replay.ts'
import { startWorld } from '../support/world.ts'
import { agentsLies } from './demo-lies/agents.ts'
import { billsLies } from './demo-lies/bills.ts'
import { booksLies } from './demo-lies/books.ts'
import { customerLies } from './demo-lies/customer.ts'
import { eventsLies } from './demo-lies/events.ts'
import { historyLies } from './demo-lies/history.ts'
import { mishapsLies } from './demo-lies/mishaps.ts'
import { poolLies } from './demo-lies/pool.ts'
import { quarantineLies } from './demo-lies/quarantine.ts'
import { stageLies } from './demo-lies/stage.ts'
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
  ...eventsLies,
  ...booksLies,
  ...billsLies,
]

/** Without the names and counts, so that what is claimed of several dealers is one claim. */
const kindOf = (claim: string) =>
  claim
    .replace(/Premium Auto Sales|Downtown Motors|Lucky Motors|Handmade Motors|Instant Motors/g, 'X')
    .replace(/\b(604|212|415|305|\d{1,2})\b/g, 'N')

describe('the story of the demo', () => {
  let recording: Awaited<ReturnType<typeof record>>
  let report: (said?: string[], wait?: () => Promise<void>) => Promise<void>
  beforeAll(async () => {
    const world = await startWorld()
    const receiver = await startReceiver()
    report = (said = [], wait = async () => {}) =>
      playStory({
        api: world.origin,
        world: world.twins.origin,
        receiver: receiver.origin,
        narrator: createNarrator((line) => void said.push(line)),
        wait,
      })
    const never = new AbortController().signal
    const meanwhile = async () => {
      await world.context.events.deliveries.deliverDue(never)
      await world.context.usage.collectCharges(never, {})
    }
    recording = await record(() => report([], meanwhile))
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
    const said: string[] = []

    await replay(recording, () => report(said))

    const claims = said.filter((line) => line.includes('✓')).map((line) => line.split('✓')[1] ?? '')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the colours of a terminal
    const kinds = claims.map((claim) => kindOf(claim.replace(/\x1b\[\d+m/g, '').trim()))
    expect(new Set(kinds)).toEqual(new Set(lies.map(([claim]) => claim)))
  })
})
