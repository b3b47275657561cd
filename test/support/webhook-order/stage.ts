import { Client } from 'pg'
import { createLogger } from '../../../src/platform/logger.ts'
import { startWorld } from '../world.ts'
import { callIn, callOut } from './calls.ts'
import { createCarriers } from './carriers.ts'
import type { Delivering } from './delivering.ts'
import { type Draft, keepOrder } from './event.ts'
import { openLines } from './lines.ts'
import { createPost } from './post.ts'
import { rowsOf } from './rows.ts'
import { deliver, orderly, type Schedule } from './schedule.ts'
import { callServed } from './served-calls.ts'
import { type Episode, isAway } from './story.ts'
import { textIn, textOut } from './texts.ts'

/** How a story was delivered, and what is left of it. */
export interface Played {
  rounds: string[]
  rows: string
}

export type Stage = Awaited<ReturnType<typeof openStage>>

/** A deployment on which stories are played, with carriers that answer when they are told to. */
export async function openStage() {
  const carriers = createCarriers()
  const world = await startWorld({
    telephony: carriers.telephony,
    overrides: { voiceAgents: carriers.voiceAgents, log: createLogger({ level: 'silent' }) },
  })
  const post = createPost(world)
  const { agentId } = world.config.elevenLabs
  const database = new Client({ connectionString: world.database.url })
  await database.connect()

  /** What comes with time: work in the background, and the next turns of the loops. */
  async function sync(): Promise<void> {
    await Promise.all(world.context.background)
    await database.query('update webhook_events set next_try_at = now()')
    const { calls } = world.context.calls
    while ((await calls.retryDeferred()).result !== 'none');
  }

  let plays = 0

  return {
    /** Plays one story by each of the schedules, all at once, each on a line of its own. */
    async play(story: Episode[], schedules: Schedule[]): Promise<Played[]> {
      plays += 1
      // As the server does by itself once a minute: plans made for empty tables are slow by now.
      if (plays === 5 || plays === 30) await database.query('analyze')
      const since = new Date(Date.now() - 2_000)
      const lines = await openLines(database, schedules.length)
      for (const { number } of isAway(story) ? lines : []) carriers.away.add(number)
      const played = await Promise.all(
        lines.map((line, index) =>
          deliver(eventsOf(story, { line, post, carriers, agentId }), schedules[index] ?? orderly),
        ),
      )
      await sync()
      const rows = await rowsOf(database, lines, since)
      return played.map((rounds, index) => ({ rounds, rows: rows[index] ?? '' }))
    },
    /** Events that wait for something, of whichever story. */
    async kept(): Promise<unknown[]> {
      return (await database.query('select kind, event from webhook_events')).rows
    },
    async close(): Promise<void> {
      post.close()
      await database.end()
      await world.stop()
    },
  }
}

function eventsOf(story: Episode[], delivering: Delivering) {
  const drafts = story.flatMap((episode, index) => draftsOf(delivering, index + 1, episode))
  return keepOrder([reading(delivering), ...drafts])
}

/** The organization looks at what there is so far, which changes nothing. */
function reading({ line, post }: Delivering): Draft {
  return {
    name: 'texts are read',
    isAct: true,
    sense: undefined,
    after: [],
    deliver: () => post.api('GET', `/api/organizations/${line.organizationId}/messages`),
  }
}

function draftsOf(delivering: Delivering, n: number, episode: Episode): Draft[] {
  switch (episode.kind) {
    case 'text in':
      return textIn(delivering, n, episode)
    case 'text out':
      return textOut(delivering, n, episode)
    case 'call in':
      return callIn(delivering, n, episode)
    case 'call out':
      return callOut(delivering, n, episode)
    case 'call served':
      return callServed(delivering, n, episode)
  }
}
