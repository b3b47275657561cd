import { awayDatabase, slowDatabase } from './database.ts'
import { type FloodKind, flooding } from './flood.ts'
import type { Stage } from './stage.ts'
import { incomingCall, initiation, type Webhook } from './webhooks.ts'

export interface Scenario {
  label: string
  webhook: Webhook
  /** The share of the calls that is sent; for where each of them waits for the whole deadline. */
  share?: number
  /** How much memory the server may be resident in meanwhile. */
  maxMb?: number
  /** Arranges what goes wrong for so many requests; answers what ends it, and says what was lost, if anything. */
  begin(stage: Stage, requests: number): Promise<() => Promise<unknown>>
}

type Fault = { kind: string; status?: number; ms?: number }

/** The next requests of these operations of a carrier meet the fault. */
const meeting =
  (carrier: 'twilio' | 'elevenlabs', operations: string[], fault: Fault): Scenario['begin'] =>
  async (stage, times) => {
    for (const operation of operations) {
      await stage.control('POST', 'faults', { carrier, operation, times, ...fault })
    }
    return () => stage.control('DELETE', 'faults')
  }

const registerCall = (fault: Fault) => meeting('elevenlabs', ['registerCall'], fault)
const nothing: Scenario['begin'] = async () => async () => {}

const twilioReads = ['incomingPhoneNumbers.fetch', 'incomingPhoneNumbers.list']

/** How many connections flood the server at once. */
const CONNECTIONS = 50
const MAX_MB = 400
/** What comes last finds what the floods before it have left. */
const LATE_MAX_MB = 500

const kinds: [label: string, kind: FloodKind, connections: number][] = [
  ['7.7 MB of gzip', 'gzip', CONNECTIONS],
  ['forms of 60 kB', 'forms', CONNECTIONS],
  ['/openapi.json', 'document', CONNECTIONS],
  ['404', 'nothing', CONNECTIONS],
  ['404, pipelined', 'pipelined', CONNECTIONS],
  ["a member's lists", 'lists', CONNECTIONS],
  ['/docs/scalar.js', 'script', CONNECTIONS],
  ['files of the console', 'asset', CONNECTIONS],
  ['signed reports of 20 MB', 'reports', 1],
]

const late: FloodKind[] = ['script', 'asset']

/** While other connections flood the server. */
export const floods: Scenario[] = kinds.flatMap(([label, kind, connections]) =>
  [incomingCall, initiation].map((webhook) => ({
    label: `${connections} × ${label}`,
    webhook,
    // Reports are a true sender's: their thread has memory of its own, and releases it.
    ...(kind !== 'reports' && { maxMb: late.includes(kind) ? LATE_MAX_MB : MAX_MB }),
    begin: flooding(kind, connections),
  })),
)

/** While a carrier or the database fails. */
export const faults: Scenario[] = [
  { label: 'no fault', webhook: incomingCall, begin: nothing },
  {
    label: 'ElevenLabs down',
    webhook: incomingCall,
    begin: registerCall({ kind: 'timeout', ms: 1 }),
  },
  {
    label: 'ElevenLabs slow, 10 s',
    webhook: incomingCall,
    begin: registerCall({ kind: 'slow', ms: 10_000 }),
  },
  {
    label: 'ElevenLabs answers 500',
    webhook: incomingCall,
    begin: registerCall({ kind: 'error', status: 500 }),
  },
  {
    label: 'ElevenLabs answers 422',
    webhook: incomingCall,
    begin: registerCall({ kind: 'error', status: 422 }),
  },
  {
    label: 'ElevenLabs answers HTML',
    webhook: incomingCall,
    begin: registerCall({ kind: 'garbage' }),
  },
  {
    label: 'Twilio slow, 10 s',
    webhook: incomingCall,
    begin: meeting('twilio', twilioReads, { kind: 'slow', ms: 10_000 }),
  },
  { label: 'database slow', webhook: incomingCall, share: 1 / 5, begin: slowDatabase },
  { label: 'database away', webhook: incomingCall, begin: awayDatabase },
  { label: 'no fault', webhook: initiation, begin: nothing },
  { label: 'database slow', webhook: initiation, share: 1 / 5, begin: slowDatabase },
  { label: 'database away', webhook: initiation, begin: awayDatabase },
]
