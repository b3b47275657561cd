import type { Json, Narrator } from './narrator.ts'

/** Where the story is played. */
export interface Stage {
  api: string
  world: string
  /** Where a CRM waits for events. */
  receiver: string
  narrator: Narrator
  /** Lets some time pass, in which loops do their work. */
  wait(): Promise<void>
}

export interface Dealer {
  id: string
  name: string
  number: string
  token: string
}

export const CUSTOMER = '+16045550123'
export const ADMIN = 'sandbox-admin-key'

/** What a number costs there a month, in micro-dollars. */
export const NUMBER_PRICE = 1_000_000

/** How the SDK names the purchase of a number. */
export const BUY = 'incomingPhoneNumbers.create'

/** What the carriers themselves hold to be true. */
export async function atCarriers({ world }: Stage): Promise<Json> {
  return (await fetch(`${world}/control/state`)).json()
}

/** What the carriers hold of one number; undefined: nothing. */
export async function stateAtCarriers(
  stage: Stage,
  number: string,
): Promise<{ twilio: Json; elevenlabs: Json }> {
  const { twilio, elevenlabs } = await atCarriers(stage)
  const isIt = (row: Json) => row.phone_number === number
  return { twilio: twilio.numbers.find(isIt), elevenlabs: elevenlabs.phoneNumbers.find(isIt) }
}

/** Has the next request of one operation go wrong. */
export async function arrangeFault(stage: Stage, fault: Record<string, unknown>): Promise<void> {
  await stage.narrator.send({
    url: `${stage.world}/control/faults`,
    body: fault,
    show: ({ kind, operation }) => ({ kind, operation }),
  })
}

/** A user signs in and signs an organization up; answers what the sign-up said of it. */
export async function signUp(
  { api, world, narrator }: Stage,
  name: string,
  areaCode?: string,
): Promise<Dealer & { organization: Json }> {
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
  return { id: organization?.id, name, number: organization?.phoneNumber, token, organization }
}

/** Signs up a dealer who has a live line at once. */
export async function signUpLive(stage: Stage, name: string, areaCode: string): Promise<Dealer> {
  const { organization, ...dealer } = await signUp(stage, name, areaCode)
  stage.narrator.claim(
    `${name} has a line in area code ${areaCode}, ready to use`,
    organization?.readyToUse && dealer.number?.startsWith(`+1${areaCode}`),
  )
  const { twilio, elevenlabs } = await stateAtCarriers(stage, dealer.number)
  stage.narrator.claim(
    'Twilio has sold it, and ElevenLabs has an agent on it',
    twilio && elevenlabs?.assigned_agent?.agent_id,
  )
  return dealer
}

/** A dealer changes its settings; answers the organization, or why they are refused. */
export async function changeSettings(
  { api, narrator }: Stage,
  dealer: Dealer,
  settings: Record<string, unknown>,
): Promise<Json> {
  return narrator.send({
    method: 'PATCH',
    url: `${api}/api/organizations/${dealer.id}`,
    token: dealer.token,
    body: { settings },
    show: ({ organization, status, code }) => organization?.settings ?? { status, code },
  })
}

/** The customer calls; answers what they heard and what the agent knew. */
export async function call(
  { world, narrator }: Stage,
  dealer: Dealer,
  says: string[],
): Promise<Json> {
  const heard = await narrator.send({
    url: `${world}/control/calls`,
    body: { from: CUSTOMER, to: dealer.number, says },
    show: ({ agentSaid }) => ({ agentSaid }),
  })
  narrator.claim(
    `the agent says it is from ${dealer.name}`,
    heard.agentSaid?.includes(`from ${dealer.name}`),
  )
  narrator.claim(
    `the record of call ${heard.conversationId} is with us; told again, it is known`,
    heard.postCall?.status === 200 && (await isKnown(world, heard.conversationId)),
  )
  return heard
}

/** Whether the record of a conversation, delivered once more, is one that was applied before. */
async function isKnown(world: string, conversationId: string): Promise<boolean> {
  const response = await fetch(`${world}/control/post-call`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ conversationId }),
  })
  const { status, body } = (await response.json()) as Json
  return status === 200 && JSON.parse(body).result === 'duplicate'
}
