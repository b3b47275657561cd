import { CUSTOMER, changeSettings, type Dealer, type Stage } from '../stage.ts'
import { closedNow, isItsOpening } from './hours.ts'
import { hasArrived, meanwhile } from './texts.ts'

const ANOTHER = '+16045550177'
const TEXT = 'Sorry we missed you! {{organization_name}} opens again {{next_opening|soon}}.'

/** Callers who hang up before anybody has spoken are texted, once a day. */
export async function textsMissedCallers(stage: Stage, dealer: Dealer): Promise<void> {
  const { narrator } = stage
  const settings = { missed_call_text: TEXT, business_hours: closedNow() }
  const { organization } = await changeSettings(stage, dealer, settings)
  const { texts, messages } = await meanwhile(stage, async () => {
    for (const caller of [CUSTOMER, CUSTOMER, ANOTHER]) await hangUp(stage, dealer, caller)
    // The calls are worked on in their order.
    await hasArrived(stage, dealer, ({ to }) => to === ANOTHER)
  })
  const [first, ...more] = texts
  narrator.report(`${first?.from} texts: ${first?.body}`)
  const pattern = new RegExp(`^Sorry we missed you! ${dealer.name} opens again (.+)\\.$`)
  narrator.claim(
    'the number that was called texts the caller, and says when it opens again',
    first?.from === dealer.number && isItsOpening(organization, pattern.exec(first.body)?.[1]),
  )
  narrator.claim('who is missed again the same day gets no second text', more.length === 0)
  const others = messages.filter(({ to }) => to === ANOTHER)
  narrator.claim(
    'another caller gets one, too',
    others.length === 1 && others[0].from === dealer.number && others[0].body === first.body,
  )
  await changeSettings(stage, dealer, { missed_call_text: null, business_hours: null })
}

async function hangUp({ world, narrator }: Stage, dealer: Dealer, caller: string): Promise<void> {
  await narrator.send({
    url: `${world}/control/calls`,
    body: { from: caller, to: dealer.number, hangsUp: 'at_once' },
    show: ({ agentSaid }) => ({ agentSaid }),
  })
}
