/** One thing that happens in a story, and how it is told. */
export interface StoryEvent {
  name: string
  /** Our own request, or the answer to it: it happens once. Everything else may be told again. */
  isAct: boolean
  /** What must have been delivered once before. */
  after: StoryEvent[]
  deliver(): Promise<unknown>
}

/** What has an order of its own: see `keepOrder`. */
type Sense = 'request' | 'word' | 'refusal' | undefined

/** An event before it is known what it has to wait for beyond its own episode. */
export interface Draft extends StoryEvent {
  sense: Sense
}

/**
 * Where another order would be another story, it is kept, between first deliveries. These are all:
 * - what the organization asks for follows one another (a name or lead id given later counts);
 * - what a customer asks for (STOP, START) follows one another: Twilio tells no times, so nothing but
 *   the order of arrival says which came last;
 * - a text is refused if a STOP, or Twilio's own word of one, was known when it was to be sent.
 */
const kept = new Set([
  'request,request',
  'word,word',
  'word,request',
  'request,word',
  'refusal,request',
])

export function keepOrder(drafts: Draft[]): StoryEvent[] {
  drafts.forEach((draft, place) => {
    const earlier = drafts.slice(0, place)
    draft.after.push(...earlier.filter(({ sense }) => kept.has(`${sense},${draft.sense}`)))
  })
  return drafts
}
