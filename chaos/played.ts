/** A number that an organization was given in the course of a run. */
export interface Line {
  organizationId: string
  number: string
  isGivenUp: boolean
  /** When it was known that it is so, in ms. */
  since: number
  /** When it was first known to be live, in ms. */
  liveAt?: number | undefined
  /** From when to when its organization asked for it back, and was told yes, in ms. */
  restored?: { begun: number; ended: number }
}

/** A text or a dial that was asked for once, and how long that took, in ms. */
export interface Ask {
  kind: 'text' | 'dial'
  /** What no other has: its words, or whom it reaches. */
  mark: string
  begun: number
  ended: number
  /** It was answered that the customer is reached. */
  isDone: boolean
}

/** What a customer asked by text, of an organization whose agents answer texts. */
export interface Question {
  deployment: number
  organizationId: string
  /** Which was texted. */
  number: string
  customer: string
  /** What no other text has. */
  mark: string
  /** From when to when its organization asked for agents to answer, and was told yes, in ms. */
  switchedOn: { begun: number; ended: number }
}

/** A person of an organization texted a customer, and took over from its agents. */
interface Handover {
  organizationId: string
  customer: string
  mark: string
}

/** What was done to one deployment. */
export interface PlayedDeployment {
  lines: Line[]
  signUps: number
  /** Sign-ups that are not answered yet. */
  signingUp: number
  batches: Promise<unknown>[]
  /** Numbers asked for by batches. */
  batched: number
  /** Releases and restores of one deployment follow each other. */
  turn: Promise<unknown>
}

/** What was done to the world, and how it answered. */
export interface Played {
  kills: { 'at any moment': number; 'at a boundary': number }
  /** Faults that were arranged, by kind; what never came to pass is taken off at the end. */
  faults: Record<string, number>
  deployments: PlayedDeployment[]
  released: number
  restored: number
  /** Organizations that were given a Messaging Service. */
  served: number
  /** Texts and calls that somebody began. */
  talks: number
  asks: Ask[]
  questions: Question[]
  handovers: Handover[]
  /** Calls that this server was to answer, and that no agent did: to which number, and when, in ms. */
  apologies: { number: string; at: number; until: number }[]
  /** Resolves once everything that users do is done; never rejects. */
  acted: Promise<unknown>
  /** Requests that were not answered at all, or not as they must be. */
  unanswered: string[]
}

export function newPlayed(deployments: number): Played {
  return {
    kills: { 'at any moment': 0, 'at a boundary': 0 },
    faults: {},
    deployments: Array.from({ length: deployments }, () => ({
      lines: [],
      batches: [],
      signUps: 0,
      signingUp: 0,
      batched: 0,
      turn: Promise.resolve(),
    })),
    released: 0,
    restored: 0,
    served: 0,
    talks: 0,
    asks: [],
    questions: [],
    handovers: [],
    apologies: [],
    acted: Promise.resolve(),
    unanswered: [],
  }
}
