import type { Dealer, Stage } from '../stage.ts'
import { closes } from './closing-time.ts'
import { takesOver } from './handover.ts'
import { textsMissedCallers } from './missed-calls.ts'
import { answersTexts } from './text-replies.ts'
import { needsItsOwnAgent, transfersByPlatform, transfersByServer } from './transfers.ts'

interface Dealers {
  /** Whose customer texts and calls. */
  dealer: Dealer
  /** The same customer's other one. */
  other: Dealer
  /** One with an agent of its own on its number. */
  workshop: Dealer
}

interface Chapter {
  title: string
  play: (stage: Stage, dealers: Dealers) => Promise<void>
}

/** How customers get an answer, by whom and when. Each can be told before any other. */
export const answersChapters: Chapter[] = [
  {
    title: 'The customer texts, and the agent answers',
    play: (stage, { dealer, other }) => answersTexts(stage, dealer, other),
  },
  {
    title: 'A person takes over, and lets the agent answer again',
    play: (stage, { dealer, other }) => takesOver(stage, dealer, other),
  },
  {
    title: 'The dealership closes, and its callers learn when it opens',
    play: (stage, { dealer }) => closes(stage, dealer),
  },
  {
    title: 'A caller hangs up too soon, and is texted',
    play: (stage, { dealer }) => textsMissedCallers(stage, dealer),
  },
  {
    title: 'A caller wants to speak to a person; ElevenLabs puts them through',
    async play(stage, { dealer, workshop }) {
      await needsItsOwnAgent(stage, dealer)
      await transfersByPlatform(stage, workshop)
    },
  },
  {
    title: 'Where our own webhook answers, the agent asks us to do that',
    play: (stage, { workshop }) => transfersByServer(stage, workshop),
  },
]
