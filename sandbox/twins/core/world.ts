import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { createMailbox, type Mailbox } from '../mail/mailbox.ts'
import type { Carrier, Held } from './model.ts'
import { createRequestLog, type RequestLog } from './request-log.ts'
import type { State } from './state.ts'
import { type Revive, readState, writeState } from './state-file.ts'

/** What all parts of the twins share. */
export interface World {
  origin: string
  /** Aborted when the twins close. */
  signal: AbortSignal
  /** Marks the requests that one twin sends to another; see `internalHeader`. */
  internalSecret: string
  /** The state, to be read only. */
  state: Readonly<State>
  /** Changes the state and has it on disk before it returns. */
  change<T>(mutate: (state: State) => T): T
  /** Waits `ms` milliseconds; rejects when the twins close meanwhile. */
  wait(ms: number): Promise<void>
  /** Runs what goes on when the client has its answer, or gave up; closing the twins cuts it off. */
  background(task: () => Promise<unknown>): void
  /** All that `background` still runs. */
  underWay: ReadonlySet<Promise<void>>
  /** What clients asked of each carrier since the start. */
  requests: Record<Carrier, RequestLog>
  /** Webhooks that their receiver has refused (401, 403), and calls that ElevenLabs has; in memory alone. */
  refused: { carrier: Carrier; operation: string; url: string; status: number }[]
  /** When nobody was asked any more what to do with a text or call, by its SID, in ms; in memory alone. */
  asked: Map<string, number>
  /** What calls in progress are to do instead, as TwiML, by their SIDs; in memory alone. */
  redirects: Map<string, string>
  /** What was mailed, and how the server of mail fails. */
  mailbox: Mailbox
  /** All that faults hold back at the moment. */
  held: Set<Held>
}

/** The header that carries `internalSecret`. */
export const internalHeader = 'x-twins-internal'

/** Opens the world at `origin`; `stateFile` absent means memory only. */
export function openWorld(options: {
  origin: string
  stateFile: string | undefined
  revive: Revive
  signal: AbortSignal
}): World {
  const { origin, stateFile, signal } = options
  const state = readState(stateFile, origin, options.revive)
  const underWay = new Set<Promise<void>>()
  return {
    origin,
    signal,
    internalSecret: randomBytes(16).toString('hex'),
    state,
    change(mutate) {
      const result = mutate(state)
      if (stateFile !== undefined) writeState(stateFile, state)
      return result
    },
    async wait(ms) {
      await sleep(ms, undefined, { signal })
    },
    background(task) {
      const running = task()
        .then(
          () => undefined,
          (error: unknown) => {
            if (!signal.aborted) throw error
          },
        )
        .finally(() => underWay.delete(running))
      underWay.add(running)
    },
    underWay,
    requests: { twilio: createRequestLog(), elevenlabs: createRequestLog() },
    refused: [],
    asked: new Map(),
    redirects: new Map(),
    mailbox: createMailbox(),
    held: new Set(),
  }
}
