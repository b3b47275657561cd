import { randomUUID } from 'node:crypto'
import type { Client } from './client.ts'
import { changesVoice, type Plan, type TalkKind } from './plan.ts'
import type { Ask, Line, Played } from './played.ts'
import type { World } from './world.ts'

const CUSTOMER = '+16045559999'

export interface Talking {
  line: Line
  plan: Plan
  client: Client
  world: World
  played: Played
}

/**
 * A customer and a dealer talk. Whether they hear each other is not the question here; what it costs
 * has to be known, and nothing may be lost or doubled by it.
 */
export async function talk(kind: TalkKind, on: Talking): Promise<void> {
  const { line, plan, world, played } = on
  if (changesHands(plan)) return
  played.talks += 1
  const between = { from: CUSTOMER, to: line.number }
  switch (kind) {
    case 'text':
      await world.control('POST', 'sms', { ...between, body: 'Hi' }).catch(() => {})
      return
    case 'call': {
      const at = Date.now()
      const call = world.control('POST', 'calls', { ...between, says: ['Hello?'] })
      const heard = await (call as Promise<{ heard: string[] }>).then(
        (answer) => answer.heard.join(' '),
        () => '',
      )
      // Where the voice changes meanwhile, nobody can say who was to answer.
      const isOurs = plan.voice === 'server' && !changesVoice(plan)
      const isApology = /We are sorry/.test(heard) && isOurs
      if (isApology) played.apologies.push({ number: line.number, at, until: Date.now() })
      return
    }
    case 'text_back': {
      const body = `Hello back, ${randomUUID()}`
      const path = `/api/organizations/${line.organizationId}/messages`
      await ask('text', body, { ...on, path, body: { to: CUSTOMER, body }, done: 201 })
      return
    }
    case 'dial': {
      // None of the numbers that are for sale, nor a customer that anybody else has called.
      const customer = `+1604555${7_000 + played.talks}`
      const body = { organizationId: line.organizationId, phoneNumber: customer }
      await ask('dial', customer, { ...on, path: '/api/elevenlabs/outbound-call', body, done: 200 })
      return
    }
  }
}

/** Repeats the request until it is answered for good, and notes it. */
export async function ask(
  kind: Ask['kind'],
  mark: string,
  on: Pick<Talking, 'client' | 'played'> & { path: string; body: unknown; done: number },
): Promise<void> {
  const begun = Date.now()
  const answer = await on.client.send('POST', on.path, on.body, randomUUID())
  const isDone = answer?.status === on.done
  on.played.asks.push({ kind, mark, begun, ended: Date.now(), isDone })
}

/** One of some customers says that word, and no other, to the line. */
export async function sendKeyword(
  { word, customer }: { word: string; customer: number },
  { line, plan, world, played }: Omit<Talking, 'client'>,
): Promise<void> {
  if (changesHands(plan)) return
  played.talks += 1
  const text = { from: `+1604555999${customer}`, to: line.number, body: word }
  await world.control('POST', 'sms', text).catch(() => {})
}

/** A text to a number that nobody holds, where there is one in the pool. */
export async function strayText({ plan, client, world, played }: Omit<Talking, 'line'>) {
  if (changesHands(plan)) return
  const list = await client.send('GET', '/api/admin/phone-numbers?status=configured')
  const to: string | undefined = list?.body?.phoneNumbers?.[0]?.phone_number
  if (!to) return
  played.talks += 1
  await world.control('POST', 'sms', { from: CUSTOMER, to, body: 'Anybody?' }).catch(() => {})
}

/**
 * Twilio tells moments in whole seconds, and not which of two deployments had a number at that time:
 * within the second in which one gave it back and the other bought it, nobody could say whose a text
 * or call was, and nobody guesses. Without quarantine that second is an everyday one.
 */
export function changesHands({ quarantineDays, servers }: Plan): boolean {
  return quarantineDays === 0 && servers.length > 1
}
