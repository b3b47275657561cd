import type { Json } from './narrator.ts'
import { atCarriers, CUSTOMER, call, type Dealer, type Stage } from './stage.ts'

/** The customer texts a dealer. */
export async function text({ world, narrator }: Stage, dealer: Dealer, body: string) {
  const answer = await narrator.send({
    url: `${world}/control/sms`,
    body: { from: CUSTOMER, to: dealer.number, body },
    show: ({ status }) => ({ status }),
  })
  narrator.claim(
    `the text arrives at ${dealer.name}, and nothing is texted back`,
    answer.status === 200 && /<Response\s*(\/>|><\/Response>)$/.test(answer.body),
  )
}

/** What the customer has told a dealer: by telephone, and in a text. */
export interface Reported {
  said: string
  texted: string
}

/** The customer calls a dealer again, whose agent knows its own past with them, and no other. */
export async function remembers(
  stage: Stage,
  dealer: Dealer,
  { said, texted }: Reported,
  foreign: string[],
): Promise<void> {
  const { variables } = await call(stage, dealer, [])
  stage.narrator.report(`The agent knows: ${variables.previous_summary}`)
  stage.narrator.claim(
    `${dealer.name} remembers “${said}” from the call and “${texted}” from the text`,
    variables.previous_summary?.includes(said) && variables.conversation_context?.includes(texted),
  )
  const known = JSON.stringify(variables)
  stage.narrator.claim(
    'and knows nothing of the other',
    !foreign.some((words) => known.includes(words)),
  )
}

/** A dealer looks for another one, which is there for its own people alone. */
export async function findsNothing(stage: Stage, dealer: Dealer, other: Dealer): Promise<void> {
  const ask = ({ name, token }: Dealer, show: (answer: Json) => unknown) => {
    stage.narrator.report(`${name} asks for ${other.name}:`)
    return stage.narrator.send({
      method: 'GET',
      url: `${stage.api}/api/organizations/${other.id}`,
      token,
      show,
    })
  }
  const found = await ask(other, ({ organization }) => ({ name: organization?.name }))
  stage.narrator.claim(
    `${other.name} is there for its own people`,
    found.organization?.name === other.name && found.organization.phoneNumber === other.number,
  )
  const problem = await ask(dealer, ({ status, code }) => ({ status, code }))
  stage.narrator.claim(
    `to ${dealer.name}, ${other.name} does not exist`,
    problem.status === 404 && problem.code === 'organization_not_found',
  )
}

/** The agent calls the customer, by whose name the dealer knows them from then on. */
export async function callBack(stage: Stage, dealer: Dealer, other: Dealer): Promise<void> {
  const { api, world, narrator } = stage
  await narrator.send({
    url: `${world}/control/answers`,
    body: { number: CUSTOMER, says: ['Thursday at five is fine'] },
    show: ({ number, says }) => ({ number, says }),
  })
  const placed = await narrator.send({
    url: `${api}/api/elevenlabs/outbound-call`,
    token: dealer.token,
    body: { organizationId: dealer.id, phoneNumber: CUSTOMER, customerName: 'Sarah Johnson' },
    show: ({ status, from, conversationId }) => ({ status, from, conversationId }),
  })
  await fetch(`${world}/control/idle`, { method: 'POST' })
  const { twilio } = await atCarriers(stage)
  const dialled = twilio.calls.filter((row: Json) => row.to === CUSTOMER)
  narrator.claim(
    'the customer’s phone rings once, with the dealership’s own number on it',
    placed.from === dealer.number && dialled.length === 1 && dialled[0].from === dealer.number,
  )
  const { variables } = await call(stage, dealer, [])
  narrator.claim(
    'what was said then is known now',
    variables.previous_summary?.includes('Thursday at five'),
  )
  narrator.claim('and the customer’s name', variables.customer_name === 'Sarah Johnson')
  const { variables: elsewhere } = await call(stage, other, [])
  narrator.claim(
    `at ${other.name}, the same caller’s name is still unknown`,
    elsewhere.customer_name === 'Unknown' && !/Sarah|Thursday/.test(JSON.stringify(elsewhere)),
  )
}
