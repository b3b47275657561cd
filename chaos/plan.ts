/**
 * What its users and their customers do to a deployment; `at`: milliseconds after the beginning.
 * `isSure`: only once the number has been live for somebody for more than a second, the finest that Twilio
 * tells, so that nobody can be in doubt whose a text or call is.
 */
export type Action = { at: number; deployment: number } & (
  | { kind: 'sign_up'; areaCode: string; afterBatches?: boolean; afterReleases?: boolean }
  | { kind: 'batch'; count: number; areaCode: string }
  /** Of one of the numbers that are held then, or else of the first that is. */
  | { kind: 'restore' }
  /** So, too; `afterSignUps`: not before every order is done. */
  | { kind: 'release'; afterSignUps?: boolean }
  | { kind: TalkKind; isSure?: boolean }
  /** A customer wants no texts any more, or texts again. */
  | { kind: 'keyword'; word: 'STOP' | 'START'; customer: number; isSure?: boolean }
  /** A customer asks by text, and an agent is to answer. */
  | { kind: 'question'; customer: number; isSure?: boolean }
  /** The same; then a person of the organization answers, and the customer asks once more. */
  | { kind: 'hand_over'; customer: number; isSure?: boolean }
  /** A caller hangs up twice before anybody speaks; the organization texts whoever it missed. */
  | { kind: 'missed_calls'; isSure?: boolean }
  /** An operator gives an organization that has a US number a Messaging Service of its own. */
  | { kind: 'give_service' }
  /** A text to a number that waits in the pool. */
  | { kind: 'stray_text' }
  /** The time of some recordings is over; `ofSome`: not before two calls are over that can be heard, of which one stays. */
  | { kind: 'end_recordings'; ofSome?: boolean }
)

type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never

/** What is done, whenever and wherever. */
export type ActionOf = Without<Action, 'at' | 'deployment'>

/** A customer texts or calls, or is texted back, or called. */
export type TalkKind = 'text' | 'call' | 'text_back' | 'dial'

export type Carrier = 'twilio' | 'elevenlabs'

export interface Boundary {
  carrier: Carrier
  operation: string
  hold: 'hold_before' | 'hold_after'
  /** How many requests pass first. */
  skip: number
}

/** What goes wrong meanwhile. Servers are counted over all deployments. */
export type Disturbance = { at: number } & (
  | {
      kind: 'fault'
      carrier: Carrier
      operation: string
      fault: string
      times: number
      ms?: number
      status?: number
      /** It is over once a request has met it, and not before: whoever is to meet it may take long. */
      untilMet?: true
    }
  | { kind: 'kill'; server: number }
  /** All are killed while the carrier holds a request, not processed yet, or not answered yet. */
  | ({ kind: 'kill_at' } & Boundary & {
        /** What they were at is free once they are killed, as it is after its lease. */
        leasesEnd?: true
      })
  /** The process stands still, and its leases run out under it. */
  | { kind: 'freeze'; server: number; ms: number }
  | { kind: 'crash_database' }
  /** While the first purchase goes unanswered, somebody else in the account buys that number. */
  | { kind: 'snatch'; areaCode: string }
  /** Waits until Twilio has no number that was bought here: for the loop that releases nobody else waits. */
  | { kind: 'all_released' }
  /** What the carrier still holds back is carried out once so many purchases were asked for. */
  | { kind: 'release_after'; purchases: number }
  /**
   * All servers of a deployment are not there for so long; where something is to happen meanwhile,
   * from the time on when somebody has a number, until it has happened.
   */
  | { kind: 'away'; deployment: number; ms: number; meanwhile?: ActionOf[] }
  | { kind: 'database_away'; deployment: number; ms: number }
  | ({ kind: 'go_back' } & GoBack)
  | Trial
  /** The carrier refuses so many requests about one number, or so many of every kind. */
  | {
      kind: 'refused_one'
      deployment: number
      carrier: Carrier
      status: number
      times: number
      /** Not before its import is there, too. */
      afterSignUps?: boolean
    }
  | {
      kind: 'refused_all'
      carrier: Carrier
      status: number
      times: number
      /** Not before every number that was asked for is there: nobody else uses the refusals up. */
      afterSignUps?: boolean
    }
  /** `meanwhile`: before ElevenLabs is told; `afterwards`: when all is done. */
  | { kind: 'rotate'; what: Rotation; meanwhile?: ActionOf[]; afterwards?: ActionOf[] }
  /** INBOUND_VOICE is the other from then on; `afterSignUps` as above. */
  | { kind: 'change_voice'; deployment: number; afterSignUps?: boolean }
)

export type DisturbanceOf<K extends Disturbance['kind']> = Extract<Disturbance, { kind: K }>

/** A sweep whose list is wrong. */
export interface Trial {
  kind: 'wrong_sweep'
  deployment: number
  carrier: Carrier
  operation: string
  fault: string
  times: number
  /** Not before every number that was asked for is there. */
  afterSignUps?: boolean
}

/** What is exchanged for a new one, without a pause. */
export type Rotation =
  | 'twilio_token'
  | 'elevenlabs_secret'
  | 'elevenlabs_key'
  /** The secret that ElevenLabs signs its reports with. */
  | 'elevenlabs_signature'

/** The requests that are about one number. */
export const OPERATIONS_OF_ONE: Record<Carrier, string[]> = {
  twilio: ['incomingPhoneNumbers.fetch', 'incomingPhoneNumbers.update'],
  elevenlabs: ['phoneNumbers.get', 'phoneNumbers.delete'],
}

/** The database of a deployment becomes what it was `ms` before, while its servers run or are killed. */
export interface GoBack {
  deployment: number
  ms: number
  /** A backup that is restored, or a standby that lags behind and takes over. */
  by: 'backup' | 'standby'
  isKilled: boolean
  /** So long ago that every quarantine of that time is over by now. */
  isOutdated: boolean
  /**
   * Not for so long, but around something: the copy has an order that Twilio refuses, and it is put back once
   * that has bought; or the copy has a number that was given up, and is put back once it was taken back; or
   * the copy has a text, or lacks one, that an agent is to answer, and is put back once that was answered.
   */
  around?: 'purchase' | 'return' | 'answer' | 'question'
}

/** How an endpoint does not take what it is told. `lie`: it takes it, and says that it does not. */
export type Manner = 'away' | 'lie' | 'page' | 'redirect' | 'drop' | 'hang'

export interface Plan {
  seed: number
  /** How many servers each deployment has; all deployments share one Twilio account. */
  servers: number[]
  /** Who answers calls. */
  voice: 'elevenlabs' | 'server'
  /** A person imports numbers in ElevenLabs' dashboard, and activates them. */
  isManual?: boolean
  /** A month ends in the middle of it, as the bills have it. */
  endsMonth?: boolean
  quarantineDays: number
  /** Numbers of the area code 604, which all of them want. */
  stock: number
  /** As many rows as a page of a carrier's list has at most; absent: as many as are asked for. */
  pageSize?: number
  /**
   * Operators and organizations listen to what happens, and each endpoint misbehaves so at first, in the
   * sequence of its requests; absent: nobody listens.
   */
  listens?: Manner[]
  /** Nothing is put right again before so many milliseconds. */
  lasts: number
  actions: Action[]
  disturbances: Disturbance[]
}

/** Whether a database goes back in time, and its users find less than they had. */
export function goesBack({ disturbances }: Plan): boolean {
  return disturbances.some(({ kind }) => kind === 'go_back')
}

/** Whether a deployment's calls are answered by somebody else from some moment on. */
export function changesVoice({ disturbances }: Plan): boolean {
  return disturbances.some(({ kind }) => kind === 'change_voice')
}
