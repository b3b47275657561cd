import type { Json } from '../narrator.ts'
import { CUSTOMER, changeSettings, type Dealer, type Stage } from '../stage.ts'
import { hasArrived, meanwhile, writes } from './texts.ts'

const [OF_JILL, TO_JILL, LATER, TO_OTHER] = [
  'This is Jill: bring it on Monday, please',
  'Thank you, Jill',
  'Do you buy trailers, too?',
  'Is a scooter too slow for the highway?',
]

/** Somebody of a dealer's texts the customer, so its agent is silent, until it is to answer again. */
export async function takesOver(stage: Stage, dealer: Dealer, other: Dealer): Promise<void> {
  const { narrator } = stage
  await changeSettings(stage, dealer, { text_replies: 'agent' })
  const { texts } = await meanwhile(stage, async () => {
    const contactId = await pausesTheAgent(stage, dealer)
    await letsItAnswer(stage, dealer, contactId)
    await writes(stage, other, TO_OTHER)
    await writes(stage, dealer, LATER)
    await hasArrived(stage, dealer, ({ body }) => body.endsWith(`: ${LATER}`))
  })
  const [ofJill, ...answers] = texts
  for (const { from, body } of answers) narrator.report(`${from} texts: ${body}`)
  narrator.claim(
    'while Jill had the customer, nobody but she texted',
    ofJill?.body === OF_JILL && !answers.some(({ body }) => body.includes(TO_JILL)),
  )
  narrator.claim(
    `${other.name}, which has not switched this on, has texted nothing`,
    !texts.some(({ from }) => from === other.number),
  )
  narrator.claim(
    `switched on again, the agent of ${dealer.name} answers the next text, once`,
    answers.length === 1 && answers[0].from === dealer.number && answers[0].body.includes(LATER),
  )
}

/** Answers the contact's id. */
async function pausesTheAgent(stage: Stage, dealer: Dealer): Promise<string> {
  const { api, narrator } = stage
  const path = `${api}/api/organizations/${dealer.id}`
  await narrator.send({
    url: `${path}/messages`,
    token: dealer.token,
    body: { to: CUSTOMER, body: OF_JILL },
    show: ({ message }) => ({ from: message?.from, status: message?.status }),
  })
  await writes(stage, dealer, TO_JILL)
  const { contacts } = await narrator.send({
    method: 'GET',
    url: `${path}/contacts?phoneNumber=${encodeURIComponent(CUSTOMER)}`,
    token: dealer.token,
    show: (answer) => repliesOf(answer.contacts[0]),
  })
  narrator.claim(
    'the agent leaves the customer to Jill, for an hour',
    contacts[0]?.replies === 'paused' && contacts[0].replies_paused_until !== null,
  )
  return contacts[0].id
}

/** From now on the agent answers the customer. */
export async function handOver(stage: Stage, dealer: Dealer): Promise<void> {
  const { contacts } = await stage.narrator.send({
    method: 'GET',
    url: `${stage.api}/api/organizations/${dealer.id}/contacts?phoneNumber=${encodeURIComponent(CUSTOMER)}`,
    token: dealer.token,
    show: (answer) => repliesOf(answer.contacts[0]),
  })
  await letsItAnswer(stage, dealer, contacts[0].id)
}

async function letsItAnswer({ api, narrator }: Stage, dealer: Dealer, contactId: string) {
  await narrator.send({
    method: 'PUT',
    url: `${api}/api/organizations/${dealer.id}/contacts/${contactId}`,
    token: dealer.token,
    body: { replies: 'on' },
    show: ({ contact }) => repliesOf(contact),
  })
}

function repliesOf(contact: Json): Json {
  return {
    replies: contact?.replies,
    replies_paused_until: contact?.replies_paused_until,
  }
}
