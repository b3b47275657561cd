import { createElevenLabsTextConversations } from '../../../src/carriers/elevenlabs/texting/text-conversations.ts'
import { createMessages } from '../../../src/messages/module.ts'
import { Background } from '../../../src/platform/background.ts'
import { createLife } from '../mortal.ts'
import type { World } from '../world.ts'
import type { Death } from './steps.ts'

/** A text that a server gives to the telephone company. */
interface Outgoing {
  from: string
  to: string
}

type Mortal = <T extends object>(it: T) => T

/**
 * Servers over the database and the carriers of a world: they answer what is due, and look up what became of their texts.
 * What they have asked of a carrier goes on when they die, and is waited for.
 */
export function createServers(world: World, onText: (text: Outgoing) => void) {
  const never = new AbortController().signal
  const underWay = new Set<Promise<unknown>>()
  const textConversations = createElevenLabsTextConversations(world.context.elevenLabs, {
    ...world.config.elevenLabs,
    // The twin greets nobody, and corrects nothing that it has said.
    pauses: { quietMs: 1, finalMs: 1 },
  })

  /** As it is, but known how long it takes. */
  function watched<T extends object>(it: T): T {
    return new Proxy(it, {
      get(target, name) {
        const value = Reflect.get(target, name) as unknown
        if (typeof value !== 'function') return value
        return (...args: unknown[]) => {
          if (name === 'sendMessage') onText(args[0] as Outgoing)
          const answer = (value as (...args: unknown[]) => unknown).apply(target, args)
          if (!(answer instanceof Promise)) return answer
          const asked = answer.finally(() => underWay.delete(asked))
          underWay.add(asked)
          return asked
        }
      },
    })
  }

  async function work(mortal: Mortal): Promise<void> {
    const { db, telephony, usage } = world.context
    const messages = createMessages(
      {
        ...world.context,
        background: new Background(),
        db: mortal(watched(db)),
        telephony: mortal(watched(telephony)),
        textConversations: mortal(watched(textConversations)),
      },
      usage,
    )
    await messages.replies.answerDue(never)
    await messages.tick(never)
  }

  /** Everything that waits is due, as if its time had come. */
  async function passTime(): Promise<void> {
    await world.sql('update text_turns set due_at = now(), is_due = false where due_at is not null')
    await world.sql(
      "update messages set poll_at = now() where poll_at is not null and direction = 'outbound' and provider_message_id is null",
    )
  }

  const isOver = async () =>
    (
      await world.sql(
        `select from text_turns where due_at is not null
         union all select from messages
         where direction = 'outbound' and provider_message_id is null and status in ('queued', 'unknown')`,
      )
    ).length === 0

  return {
    /** Each works until it dies, or has nothing left; all at once. */
    async liveAndDie(deaths: Death[]): Promise<void> {
      await passTime()
      await Promise.all(
        deaths.map(({ calls, where }) => {
          const life = createLife(calls, where)
          return Promise.race([work(life.mortal), life.death])
        }),
      )
      while (underWay.size > 0) await Promise.allSettled([...underWay])
    },
    /** Servers that live, until nothing waits any more. */
    async finish(): Promise<void> {
      for (let round = 0; round < 12; round += 1) {
        if (await isOver()) return
        await passTime()
        await work((it) => it)
      }
      throw new Error('turns, or texts of which nobody knows, are left over')
    },
  }
}
