import { callBack, looksAway, remembers, text } from './customer.ts'
import { importsByHand, losesAnAnswer } from './mishaps.ts'
import type { Json } from './narrator.ts'
import { ADMIN, call, type Dealer, outside, type Stage, signUpLive } from './stage.ts'

/** Two dealerships, one customer, and what others lose on the way. */
export async function tellStory(stage: Stage): Promise<void> {
  const { narrator } = stage
  narrator.chapter('Two dealerships sign up; each gets a number of its own, ready to use')
  const premium = await signUpLive(stage, 'Premium Auto Sales', '604')
  const downtown = await signUpLive(stage, 'Downtown Motors', '212')

  narrator.chapter('The same customer calls both, and is greeted in the right name')
  await call(stage, premium, ['Is the blue pickup still there?'])
  await call(stage, downtown, ['Do you buy used motorbikes?'])

  narrator.chapter('The customer texts both')
  await text(stage, premium, 'I will bring my brother Tom')
  await text(stage, downtown, 'It is of the year 2019')

  narrator.chapter('The next calls remember, each dealership only its own')
  const toPremium = { said: 'blue pickup', texted: 'brother Tom' }
  const toDowntown = { said: 'motorbikes', texted: 'year 2019' }
  await remembers(stage, premium, toPremium, ['motorbike', '2019', 'Downtown'])
  await remembers(stage, downtown, toDowntown, ['pickup', 'Tom', 'Premium'])
  await looksAway(stage, downtown, premium)

  narrator.chapter('The agent calls back, from the dealership’s own number')
  await callBack(stage, premium, downtown)

  narrator.chapter('Twilio sells a number, but its answer is lost on the way')
  const lucky = await losesAnAnswer(stage)

  narrator.chapter('ElevenLabs refuses an import; a person finishes it by hand')
  const handmade = await importsByHand(stage)

  narrator.chapter('What it cost, by the outside world’s own books')
  await cost(stage, [premium, downtown, lucky, handmade])
}

async function cost(stage: Stage, dealers: Dealer[]): Promise<void> {
  const { api, narrator } = stage
  const { twilio, elevenlabs } = await outside(stage)
  const dollars = (micros: number) => `$${(micros / 1_000_000).toFixed(2)}`
  narrator.tell(
    `${twilio.numbers.length} numbers: ${dollars(twilio.spent)}; conversations: ${dollars(elevenlabs.spent)}`,
  )
  narrator.claim(
    `${dealers.length} numbers for ${dealers.length} dealerships, each paid once`,
    twilio.numbers.length === dealers.length && twilio.spent === dealers.length * 1_000_000,
  )
  const { phoneNumbers } = await narrator.send({
    method: 'GET',
    url: `${api}/api/admin/phone-numbers`,
    token: ADMIN,
    show: (answer) =>
      answer.phoneNumbers.map(
        (row: Json) => `${row.phone_number} ${row.status} ${row.organization_name}`,
      ),
  })
  const ownerOf = (number: string) =>
    phoneNumbers.find((row: Json) => row.phone_number === number)?.organization_name
  narrator.claim(
    'every number paid for is one we know, with its owner',
    twilio.numbers.every((row: Json) => ownerOf(row.phone_number)) &&
      dealers.every(({ name, number }) => ownerOf(number) === name),
  )
}
