import type { World } from '../world.ts'
import { createAudit } from './audit.ts'
import type { Dealer } from './dealers.ts'
import { createDeeds } from './deeds.ts'
import { createServers } from './servers.ts'
import type { Pair, Step } from './steps.ts'
import { createWords } from './words.ts'

/** Something that happens, or is told, at a time of its own. */
interface Moment {
  at: number
  act: () => Promise<unknown>
}

/** Plays stories, each with two customers of its own, and checks what came of them. */
export function createStage(world: World, dealers: readonly [Dealer, Dealer]) {
  const deeds = createDeeds(world)
  /** Customers, by our numbers, to whom no agent may write, because a person does. */
  const taken = new Set<string>()
  const intrusions: string[] = []
  const servers = createServers(world, ({ from, to }) => {
    const side = dealers.findIndex(({ numbers }) => numbers.includes(from))
    if (taken.has(`${side} ${to}`)) intrusions.push(`${from} to ${to}`)
  })
  let stories = 0

  return async function play(steps: Step[]): Promise<void> {
    const story = stories++
    const customers = [
      `+1604556${String(2 * story).padStart(4, '0')}`,
      `+1604556${String(2 * story + 1).padStart(4, '0')}`,
    ] as const
    const word = createWords(story)
    const audit = createAudit(world, dealers, customers)
    const dealerOf = ({ side }: Pair) => dealers[side]
    const customerOf = ({ customer }: Pair) => customers[customer]

    async function takeOver(pair: Pair): Promise<void> {
      await deeds.personTexts(
        dealerOf(pair),
        customerOf(pair),
        audit.byPerson(word('person', pair)),
      )
    }
    const taking = (pair: Pair) => taken.add(`${pair.side} ${customerOf(pair)}`)

    async function handBack(pair: Pair): Promise<void> {
      taken.delete(`${pair.side} ${customerOf(pair)}`)
      await deeds.handBack(dealerOf(pair), customerOf(pair))
    }

    /** What happens at once, and what is told of it later. */
    function momentsOf(step: Step, place: number): Moment[] {
      const later = (delays: number[], act: () => Promise<unknown>): Moment[] =>
        delays.map((by) => ({ at: place + by, act }))
      switch (step.kind) {
        case 'text': {
          const [to, body] = [dealerOf(step).numbers[step.line], word('text', step)]
          if (!step.isLost) {
            audit.text({ ...step, body, to, isLate: false })
            return later(step.reports, deeds.aText(customerOf(step), to, body))
          }
          audit.text({ ...step, body, to, isLate: true })
          const [found = 0, ...more] = step.reports
          let report: () => Promise<unknown> = async () => {}
          const isFound: Moment = {
            at: place + found,
            act: async () => {
              report = await deeds.aLateText(customerOf(step), to, body)
            },
          }
          return [
            isFound,
            ...later(
              more.map((by) => found + by),
              () => report(),
            ),
          ]
        }
        case 'call': {
          const [to, words] = [dealerOf(step).numbers[0], word('call', step)]
          const { ask, report } = deeds.aCall(customerOf(step), to, words, 60 - place)
          audit.call({ ...step, words })
          return [
            ...later(step.begun, async () => audit.heard(step.side, await ask())),
            ...later(step.ended, report),
          ]
        }
        case 'servers': {
          const { person } = step
          return later([0], async () => {
            await Promise.all([servers.liveAndDie(step.deaths), person && takeOver(person)])
            if (person) taking(person)
          })
        }
        case 'person':
          return later([0], async () => {
            await takeOver(step)
            taking(step)
          })
        case 'hand back':
          return later([0], () => handBack(step))
      }
    }

    const moments = steps.flatMap(momentsOf)
    for (const { act } of moments.toSorted((one, other) => one.at - other.at)) await act()
    await servers.finish()
    // At last everybody asks once more, and no person is in the way.
    for (const side of [0, 1] as const)
      for (const customer of [0, 1] as const) {
        const pair = { side, customer }
        await handBack(pair)
        const [to, body] = [dealers[side].numbers[0], word('last', pair)]
        audit.text({ ...pair, body, to, isLate: false, isLast: true })
        await deeds.aText(customers[customer], to, body)()
      }
    await servers.finish()
    await audit.check(intrusions.splice(0))
  }
}
