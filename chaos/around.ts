import { FREED_LOOPS, FREED_ORDERS } from './leases-end.ts'
import { untilFilled } from './lines.ts'
import type { ActionOf, GoBack } from './plan.ts'
import { until } from './until.ts'
import { deploymentOf, type World } from './world.ts'

/** What the copy of a database comes after, and what comes between it and its way back. */
export interface Around {
  before(): Promise<unknown>
  meanwhile(copy: string): Promise<unknown>
}

const REFUSED = "select from orgline.number_orders where status = 'running' and attempts > 0"

/** What an order, or a sync, has still to do before every number is what it was last asked to be. */
const ON_ITS_WAY = `
  select from orgline.number_orders where status = 'running'
  union all
  select from orgline.phone_numbers where sync_due_at is not null`

const ASKED = 'select from orgline.text_turns where due_at is not null'

/** `act`: does what a user does. Undefined where nothing but time lies between. */
export function createAround(
  { around, deployment }: GoBack,
  world: World,
  act: (action: ActionOf) => Promise<unknown>,
): Around | undefined {
  const { client, database } = deploymentOf(world, deployment)
  const { cluster } = world
  const untilThere = () =>
    until(async () => (await cluster.query(database, ON_ITS_WAY)).length === 0)
  const ask = () => act({ kind: 'question', customer: 4, isSure: true })
  const untilAnswered = () => until(async () => (await cluster.query(database, ASKED)).length === 0)
  switch (around) {
    case 'purchase':
      return {
        before: () => until(async () => (await cluster.query(database, REFUSED)).length > 0),
        async meanwhile(copy) {
          // Only time frees what somebody was at who was thrown out for the copy: this is the time.
          for (const each of [copy, database]) await cluster.query(each, FREED_ORDERS)
          await cluster.query(copy, FREED_LOOPS)
          await world.control('DELETE', 'faults')
          await untilFilled(client)
        },
      }
    case 'return':
      return {
        async before() {
          await act({ kind: 'release' })
          await untilThere()
        },
        async meanwhile() {
          await act({ kind: 'restore' })
          await untilThere()
        },
      }
    case 'answer':
      return {
        before: ask,
        async meanwhile(copy) {
          await cluster.query(copy, FREED_LOOPS)
          await untilAnswered()
        },
      }
    case 'question':
      return {
        // So that the copy knows that agents are to answer.
        async before() {
          await ask()
          await untilAnswered()
        },
        async meanwhile(copy) {
          await cluster.query(copy, FREED_LOOPS)
          await ask()
          await untilAnswered()
        },
      }
    default:
      return undefined
  }
}
