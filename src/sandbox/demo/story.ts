import { setTimeout as sleep } from 'node:timers/promises'
import type { Json, Narrator } from './narrator.ts'

interface Stage {
  api: string
  world: string
  narrator: Narrator
}

interface Dealer {
  id: string
  name: string
  number: string
  token: string
}

const CUSTOMER = '+16045550123'
const ADMIN = 'sandbox-admin-key'

/** Two dealerships, one customer, and what others lose on the way. */
export async function tellStory(stage: Stage): Promise<void> {
  const { narrator } = stage
  narrator.chapter('Two dealerships sign up; each gets a number of its own, ready to use')
  const premium = await signUp(stage, 'Premium Auto Sales', '604')
  const downtown = await signUp(stage, 'Downtown Motors', '212')
  narrator.claim('the numbers are different', premium.number !== downtown.number)

  narrator.chapter('The same customer calls both, and is greeted in the right name')
  await call(stage, premium, ['Is the blue pickup still there?'])
  await call(stage, downtown, ['Do you buy used motorbikes?'])

  narrator.chapter('The customer texts both')
  await text(stage, premium, 'I will bring my brother Tom')
  await text(stage, downtown, 'The motorbike is from 2019')

  narrator.chapter('The next calls remember, each dealership only its own')
  await remembers(stage, premium, ['blue pickup', 'brother Tom'], ['motorbike', '2019'])
  await remembers(stage, downtown, ['motorbike', '2019'], ['pickup', 'Tom'])
  await looksAway(stage, downtown, premium)

  narrator.chapter('The agent calls back, from the dealership’s own number')
  await callBack(stage, premium)

  narrator.chapter('Twilio buys a number, but its answer is lost on the way')
  await losesAnAnswer(stage)

  narrator.chapter('ElevenLabs refuses an import; a person finishes it by hand')
  await importsByHand(stage)

  narrator.chapter('What it cost, by the outside world’s own books')
  await cost(stage)
}

async function signUp(
  { api, world, narrator }: Stage,
  name: string,
  areaCode?: string,
): Promise<Dealer> {
  const email = `${name.toLowerCase().replaceAll(' ', '.')}@example.com`
  const { access_token: token } = await narrator.send({
    url: `${world}/auth/v1/token`,
    body: { email },
    show: ({ user }) => ({ user: user.email, access_token: '…' }),
  })
  const { organization } = await narrator.send({
    url: `${api}/api/auth/organizations`,
    token,
    body: { name, email, ...(areaCode && { preferredAreaCode: areaCode }) },
    show: ({ organization: o }) => ({
      phoneNumber: o?.phoneNumber,
      readyToUse: o?.readyToUse,
      requiresElevenLabsImport: o?.requiresElevenLabsImport,
    }),
  })
  if (areaCode) {
    narrator.claim(
      `${name} has a live line in area code ${areaCode}`,
      organization.readyToUse && organization.phoneNumber.startsWith(`+1${areaCode}`),
    )
  }
  return { id: organization.id, name, number: organization.phoneNumber, token }
}

async function call({ world, narrator }: Stage, dealer: Dealer, says: string[]): Promise<Json> {
  const heard = await narrator.send({
    url: `${world}/control/calls`,
    body: { from: CUSTOMER, to: dealer.number, says },
    show: ({ agentSaid }) => ({ agentSaid }),
  })
  narrator.claim(
    `the agent says it is from ${dealer.name}`,
    heard.agentSaid?.includes(`from ${dealer.name}`),
  )
  narrator.claim('the call’s record reached us', heard.postCall?.status === 200)
  return heard
}

async function text({ world, narrator }: Stage, dealer: Dealer, body: string): Promise<void> {
  const { status } = await narrator.send({
    url: `${world}/control/sms`,
    body: { from: CUSTOMER, to: dealer.number, body },
    show: (answer) => ({ status: answer.status }),
  })
  narrator.claim(`${dealer.name} has the text`, status === 200)
}

async function remembers(
  stage: Stage,
  dealer: Dealer,
  own: string[],
  foreign: string[],
): Promise<void> {
  const { variables } = await call(stage, dealer, [])
  const known = JSON.stringify(variables)
  stage.narrator.tell(`The agent knows: ${variables.previous_summary}`)
  stage.narrator.claim(
    `${dealer.name} remembers ${own.join(' and ')}`,
    own.every((words) => known.includes(words)),
  )
  stage.narrator.claim(
    'and knows nothing of the other',
    !foreign.some((words) => known.includes(words)),
  )
}

async function looksAway({ api, narrator }: Stage, dealer: Dealer, other: Dealer): Promise<void> {
  const problem = await narrator.send({
    method: 'GET',
    url: `${api}/api/organizations/${other.id}`,
    token: dealer.token,
    show: ({ status, code }) => ({ status, code }),
  })
  narrator.claim(
    `to ${dealer.name}, ${other.name} does not exist`,
    problem.code === 'organization_not_found',
  )
}

async function callBack(stage: Stage, dealer: Dealer): Promise<void> {
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
  narrator.claim(
    'the call comes from its own number',
    placed.from === dealer.number && placed.fromFallback === false,
  )
  await until(async () => (await conversation(stage, placed.conversationId))?.status === 'done')
  const { variables } = await call(stage, dealer, [])
  narrator.claim(
    'what was said then is known now',
    JSON.stringify(variables).includes('Thursday at five'),
  )
  narrator.claim('and the customer’s name', variables.customer_name === 'Sarah Johnson')
}

async function losesAnAnswer(stage: Stage): Promise<void> {
  const { world, narrator } = stage
  const before = await state(stage)
  await narrator.send({
    url: `${world}/control/faults`,
    body: {
      carrier: 'twilio',
      operation: 'incomingPhoneNumbers.create',
      kind: 'lost_reply',
      ms: 200,
    },
    show: ({ kind, operation }) => ({ kind, operation }),
  })
  await signUp(stage, 'Lucky Motors', '415')
  const after = await state(stage)
  const bought = after.twilio.numbers.length - before.twilio.numbers.length
  narrator.claim('one number was bought, found again by its tag, and is live', bought === 1)
}

async function importsByHand(stage: Stage): Promise<void> {
  const { api, world, narrator } = stage
  await narrator.send({
    url: `${world}/control/faults`,
    body: { carrier: 'elevenlabs', operation: 'phoneNumbers.create', kind: 'error', status: 422 },
    show: ({ kind, operation }) => ({ kind, operation }),
  })
  const dealer = await signUp(stage, 'Handmade Motors')
  const { notifications } = await narrator.send({
    method: 'GET',
    url: `${api}/api/admin/notifications?status=pending&type=elevenlabs_import_required`,
    token: ADMIN,
    show: (answer) => answer.notifications.map((row: Json) => row.message),
  })
  narrator.claim(
    'an operator is told what to do',
    notifications.length === 1 && notifications[0].phone_number === dealer.number,
  )
  const { phone_number_id: id } = await narrator.send({
    url: `${world}/elevenlabs/v1/convai/phone-numbers`,
    body: {
      provider: 'twilio',
      phone_number: dealer.number,
      label: 'by hand',
      sid: 'ACsandbox00000000000000000000000000',
      token: 'sandbox-twilio-token',
    },
    show: (answer) => answer,
  })
  narrator.claim(
    'the import has taken the texts away',
    !(await smsUrlOf(stage, dealer.number)).startsWith(api),
  )
  await narrator.send({
    url: `${api}/api/admin/phone-numbers/${dealer.number}/activate`,
    token: ADMIN,
    body: { elevenLabsPhoneId: id },
    show: ({ status }) => ({ status }),
  })
  narrator.claim(
    'the activation has brought them back',
    (await smsUrlOf(stage, dealer.number)).startsWith(api),
  )
  await call(stage, dealer, [])
}

async function cost(stage: Stage): Promise<void> {
  const { twilio, elevenlabs } = await state(stage)
  const dollars = (micros: number) => `$${(micros / 1_000_000).toFixed(2)}`
  stage.narrator.tell(
    `${twilio.numbers.length} numbers: ${dollars(twilio.spent)}; conversations: ${dollars(elevenlabs.spent)}`,
  )
  stage.narrator.claim(
    'every number is paid once',
    twilio.spent === twilio.numbers.length * 1_000_000,
  )
  const { phoneNumbers } = await stage.narrator.send({
    method: 'GET',
    url: `${stage.api}/api/admin/phone-numbers`,
    token: ADMIN,
    show: (answer) =>
      answer.phoneNumbers.map(
        (row: Json) => `${row.phone_number} ${row.status} ${row.organization_name}`,
      ),
  })
  stage.narrator.claim(
    'every number paid for is one we know, with an owner',
    phoneNumbers.length === twilio.numbers.length &&
      phoneNumbers.every((row: Json) => row.organization_name),
  )
}

async function state({ world }: Stage): Promise<Json> {
  return (await fetch(`${world}/control/state`)).json()
}

async function conversation(stage: Stage, id: string): Promise<Json> {
  const { elevenlabs } = await state(stage)
  return elevenlabs.conversations.find((row: Json) => row.conversation_id === id)
}

async function smsUrlOf(stage: Stage, number: string): Promise<string> {
  const { twilio } = await state(stage)
  return twilio.numbers.find((row: Json) => row.phone_number === number)?.sms_url ?? ''
}

/** Waits for the world to come so far, at most ten seconds. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    if (await isSo()) return
    await sleep(100)
  }
}
