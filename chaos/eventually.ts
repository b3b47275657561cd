import { setTimeout as sleep } from 'node:timers/promises'
import { judgeAnswers } from './answers.ts'
import { misreached } from './asks.ts'
import { judgeCalls } from './calls.ts'
import { readCarriers } from './carriers.ts'
import { endPauses, wrongDeliveries } from './deliveries.ts'
import { wrongEvents } from './events.ts'
import { readHolders } from './holdings.ts'
import type { Played } from './played.ts'
import { wrongRecordings } from './recordings.ts'
import { unreported } from './reported.ts'
import { wrongStreams } from './streams.ts'
import { judgeTexts } from './texts.ts'
import type { World } from './world.ts'

/** What loops may still put right some time after everything is at rest. */
export interface Eventual {
  /** Texts to a number that somebody held that are not in exactly one place, there. */
  texts: number
  /** Customers whose last STOP or START is not what is known of them. */
  optOuts: number
  /** Calls to a live number that nothing tells of. */
  calls: number
  voicemails: number
  /** Recordings that are kept longer than they may be, or deleted earlier. */
  recordings: number
  /** Texts and dials that reached a customer twice, or never although that was the answer. */
  misreached: number
  /** Texts that agents answered twice. */
  answeredTwice: number
  /** Texts that an agent was to answer, and none did, nor was anybody told. */
  unanswered: number
  /** Answers from another number than was texted, or to somebody else. */
  answeredElsewhere: number
  /** Answers, and what agents knew for them, with words of another organization's. */
  othersWords: number
  /** Texts to callers who were missed, more than one a day. */
  missedTwice: number
  /** Answers of agents after a person had taken over. */
  talkedOver: number
  /** What nobody but a person can mend, and no person was told. */
  unreported: number
  /** Effects that have not exactly one event, and events of nothing. */
  events: number
  /** Events that an endpoint was not told, and what it was told that is not so. */
  deliveries: number
  /** Events that a stream did not send, and what it sent that is not so. */
  streams: number
}

const PAUSE_MS = 200

/** How long a defect may take to show. */
const DEFECT_MS = 120_000

/**
 * What is wrong, in words, once it was waited for, within bounds, that nothing is. Where a defect is to show
 * in one of these, it is waited for: something else may be wrong before it, which loops put right.
 */
export async function eventually(
  world: World,
  played: Played,
): Promise<Record<keyof Eventual, string[]>> {
  const end = Date.now() + world.patienceMs
  const defectEnd = Date.now() + DEFECT_MS
  for (;;) {
    const [atCarriers, holders] = [await readCarriers(world), await readHolders(world)]
    const wrong = {
      ...(await judgeTexts(world, atCarriers, holders)),
      ...(await judgeCalls(world, atCarriers, holders)),
      recordings: await wrongRecordings(world, atCarriers),
      ...(await judgeAnswers(world, played, atCarriers, holders)),
      misreached: misreached(played, atCarriers, world),
      unreported: await unreported(world, played, atCarriers, holders),
      events: await wrongEvents(world),
      deliveries: await wrongDeliveries(world),
      streams: await wrongStreams(world),
    } satisfies Record<keyof Eventual, string[]>
    const isToShow = Date.now() < defectEnd && isMissing(wrong, world.raises)
    if (Object.values(wrong).flat().length === 0 || (Date.now() > end && !isToShow)) return wrong
    await endPauses(world)
    await sleep(PAUSE_MS)
  }
}

/** Whether nothing is in that column, which is one of these. */
function isMissing(wrong: Record<string, string[]>, column: string | undefined): boolean {
  return column !== undefined && wrong[column]?.length === 0
}
