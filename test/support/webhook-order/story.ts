import fc from 'fast-check'

/** What happens between one customer and one organization, as far as webhooks tell of it. */
export type Episode =
  | { kind: 'text in'; body: string; media: number }
  | {
      kind: 'text out'
      end: 'sent' | 'delivered' | 'undelivered' | 'opted out'
      /** What becomes of Twilio's answer to the request. */
      answer: 'reported' | 'lost'
      /** The status callback carries our own id of the text, not only Twilio's. */
      namesOurs: boolean
    }
  /** A call that ElevenLabs answers, and asks us about. */
  | { kind: 'call in'; namesConversation: boolean }
  | { kind: 'call out'; end: 'talked' | 'busy'; answer: 'ids' | 'no ids' | 'lost' }
  /** A call that Twilio asks us about. `on tape`: its beginning could not be recorded. */
  | { kind: 'call served'; end: 'talked' | 'hung up' | 'apology' | 'on tape' }

const textIn = fc.record({
  kind: fc.constant('text in' as const),
  body: fc.constantFrom('Hello', 'HELP', 'STOP', 'START'),
  media: fc.constantFrom(0, 0, 2),
})

const textOut = fc
  .record({
    kind: fc.constant('text out' as const),
    end: fc.constantFrom('sent', 'delivered', 'undelivered', 'opted out'),
    answer: fc.constantFrom('reported', 'reported', 'lost'),
    namesOurs: fc.boolean(),
  })
  // Without both, nothing but a look at the carrier's list can tell whose a status is.
  .map((text) => ({ ...text, namesOurs: text.namesOurs || text.answer === 'lost' }))

const callIn = fc.record({ kind: fc.constant('call in' as const), namesConversation: fc.boolean() })

const callOut = fc.record({
  kind: fc.constant('call out' as const),
  end: fc.constantFrom('talked', 'busy'),
  answer: fc.constantFrom('ids', 'no ids', 'lost'),
})

const callServed = fc.record({
  kind: fc.constant('call served' as const),
  end: fc.constantFrom('talked', 'hung up', 'apology', 'on tape'),
})

const episode = fc.oneof(textIn, textIn, textOut, textOut, callIn, callOut, callServed)

/** Episodes that bear on one another, which chance alone seldom brings together. */
const knots = fc.constantFrom<Episode[][]>(
  [
    { kind: 'text out', end: 'opted out', answer: 'reported', namesOurs: true },
    { kind: 'text in', body: 'START', media: 0 },
  ],
  [
    { kind: 'text in', body: 'STOP', media: 0 },
    { kind: 'text in', body: 'START', media: 0 },
  ],
  [
    { kind: 'call out', end: 'busy', answer: 'ids' },
    { kind: 'call out', end: 'busy', answer: 'ids' },
  ],
)

/** Two or three episodes, mostly six to ten events. */
export const stories = fc
  .tuple(
    fc.oneof(
      { weight: 2, arbitrary: fc.array(episode, { minLength: 2, maxLength: 2 }) },
      { weight: 1, arbitrary: knots },
    ),
    fc.array(episode, { maxLength: 1, size: 'max' }),
  )
  .map(([first, more]) => withoutRiddles([...first, ...more]))

/**
 * Several calls between the same two numbers, of which nobody told which is which, are nobody's to
 * guess: where there is more than one, the answers to the requests to dial tell. And ElevenLabs is
 * either there for a story or away.
 */
function withoutRiddles(episodes: Episode[]): Episode[] {
  const isOnly = episodes.filter(({ kind }) => kind === 'call out').length === 1
  return episodes.map((each) => {
    if (each.kind === 'call out' && !isOnly) return { ...each, answer: 'ids' }
    if (each.kind === 'call served' && each.end === 'talked' && isAway(episodes)) {
      return { ...each, end: 'apology' }
    }
    return each
  })
}

export function isAway(episodes: Episode[]): boolean {
  return episodes.some((each) => each.kind === 'call served' && each.end === 'apology')
}
