import type { Json } from './narrator.ts'
import { ADMIN, atCarriers, BUY, call, type Dealer, type Stage, signUpLive } from './stage.ts'

/** A batch is bought for the pool and imported, with nobody's hand; answers its numbers. */
export async function fillsThePool(stage: Stage): Promise<string[]> {
  const { api, narrator } = stage
  const idle = await showPool(stage)
  const before = await atCarriers(stage)
  const batch = await narrator.send({
    url: `${api}/api/admin/phone-numbers/batch-purchase`,
    token: ADMIN,
    body: { count: 5, areaCode: '305' },
    show: ({ count, failures, nextStep }) => ({ count, failures, nextStep }),
  })
  const { twilio, elevenlabs } = await atCarriers(stage)
  const known = before.twilio.numbers.map((row: Json) => row.phone_number)
  const bought: string[] = twilio.numbers
    .map((row: Json) => row.phone_number)
    .filter((number: string) => !known.includes(number))
  narrator.report(bought.join(' '))
  narrator.claim(
    'Twilio has sold these five, each once and in area code 305',
    String(bought.toSorted()) === String(batch.phoneNumbers?.toSorted()) &&
      bought.length === 5 &&
      bought.every((number) => number.startsWith('+1305')) &&
      twilio.spent - before.twilio.spent === 5_000_000,
  )
  const imported = elevenlabs.phoneNumbers
    .filter((row: Json) => row.assigned_agent?.agent_id)
    .map((row: Json) => row.phone_number)
  narrator.claim(
    'ElevenLabs has an agent on each; nothing is left to be done manually',
    bought.every((number) => imported.includes(number)) && batch.importInstructions.length === 0,
  )
  const now = await showPool(stage)
  narrator.claim(
    'the pool has five more, ready to be given away',
    now.configured - idle.configured === 5 && now.needsImport === 0,
  )
  return bought
}

/** A sign-up finds its number in the pool, set up long before. */
export async function takesFromThePool(stage: Stage, pool: string[]): Promise<Dealer> {
  const before = await atCarriers(stage)
  const dealer = await signUpLive(stage, 'Instant Motors', '305')
  const after = await atCarriers(stage)
  stage.narrator.claim('it is one of the five', pool.includes(dealer.number))
  stage.narrator.claim(
    'nothing was bought for it',
    after.requests.twilio[BUY] === before.requests.twilio[BUY] &&
      after.twilio.spent === before.twilio.spent,
  )
  await call(stage, dealer, ['Do you have winter tyres?'])
  return dealer
}

async function showPool({ api, narrator }: Stage): Promise<Json> {
  return narrator.send({
    method: 'GET',
    url: `${api}/api/admin/phone-numbers/pool/status`,
    token: ADMIN,
    show: ({ configured, needsImport, recommendation }) => ({
      configured,
      needsImport,
      recommendation,
    }),
  })
}
