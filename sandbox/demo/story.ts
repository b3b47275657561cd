import { makesAnAgent } from './agents.ts'
import { answersChapters } from './answers/chapters.ts'
import { addsUp, paysItsOwn, pricesAreKnown } from './bills.ts'
import { balances } from './books.ts'
import { callBack, findsNothing, remembers, text } from './customer.ts'
import { hears, listens } from './events.ts'
import { looksUp, textsBack } from './history.ts'
import { invites } from './invitation.ts'
import { losesAnAnswer, manualImports } from './mishaps.ts'
import { fillsThePool, takesFromThePool } from './pool.ts'
import { givesUp, takesBack } from './quarantine.ts'
import { call, type Stage, signUpLive } from './stage.ts'
import { follows, followsOn } from './streams.ts'
import { answersByItself, apologizes, goesBack, listensToTape } from './voice-modes.ts'

/**
 * Two dealerships, one customer, what others lose on the way, the pool, an agent more, both ways to
 * answer, somebody who listens, texts that are answered, and people whom callers reach. Until the pool is filled every
 * sign-up buys on the spot; after that it takes a number of the pool. What a chapter tells is a function in a file of its
 * own; the books close the story, and count every number before.
 */
export async function playStory(stage: Stage): Promise<void> {
  const { narrator } = stage
  narrator.chapter('Two dealerships sign up; each gets a number of its own, ready to use')
  const premium = await signUpLive(stage, 'Premium Auto Sales', '604')
  const downtown = await signUpLive(stage, 'Downtown Motors', '212')

  narrator.chapter('The same customer calls both, and is greeted in the right name')
  await call(stage, premium, ['Is the blue pickup still there?'])
  await call(stage, downtown, ['Do you buy used motorbikes?'])

  narrator.chapter('The customer texts both; one of them texts back')
  await text(stage, premium, 'I will bring my brother Tom')
  await text(stage, downtown, 'It is of the year 2019')
  await textsBack(stage, premium, 'Ask for Jill at the gate')

  narrator.chapter('The next calls remember, each dealership only its own')
  const toPremium = { said: 'blue pickup', texted: 'brother Tom' }
  const toDowntown = { said: 'motorbikes', texted: 'year 2019' }
  const [ofPremium, ofDowntown] = [
    ['pickup', 'Tom', 'Jill', 'Premium'],
    ['motorbike', '2019', 'Downtown'],
  ]
  await remembers(stage, premium, toPremium, ofDowntown)
  await remembers(stage, downtown, toDowntown, ofPremium)

  narrator.chapter('So do their books on the customer, by voice and by text')
  await looksUp(stage, premium, toPremium, ofDowntown)
  await looksUp(stage, downtown, toDowntown, ofPremium)
  await findsNothing(stage, downtown, premium)

  narrator.chapter('The agent calls back, from the dealership’s own number')
  await callBack(stage, premium, downtown)

  narrator.chapter('Twilio sells a number, but its answer is lost on the way')
  const lucky = await losesAnAnswer(stage)

  narrator.chapter('ElevenLabs refuses an import; a person finishes it manually')
  const handmade = await manualImports(stage)

  narrator.chapter('Five numbers are bought for the pool; nobody lifts a hand')
  const pool = await fillsThePool(stage)

  narrator.chapter('The next sign-up takes one of them, at once')
  const instant = await takesFromThePool(stage, pool)

  narrator.chapter('A dealership gives its number up, and takes it back')
  await givesUp(stage, instant)
  await takesBack(stage, instant, 'winter tyres')

  narrator.chapter('Its workshop gets an agent and a number of its own, in one call')
  const left = pool.filter((number) => number !== instant.number)
  const workshop = await makesAnAgent(stage, instant, left)

  narrator.chapter('The customer is answered both ways, through ElevenLabs and by our own webhook')
  await answersByItself(stage, premium)
  await apologizes(stage, premium)
  await listensToTape(stage, premium, downtown)
  await goesBack(stage, premium)

  narrator.chapter('A colleague is invited by mail, and comes in by its link')
  await invites(stage, premium)

  narrator.chapter('The dealership’s CRM listens, and learns of a text at once')
  await listens(stage, premium)
  await hears(stage, premium, downtown)

  narrator.chapter('It reads the stream of what happens, too, and misses nothing while it is away')
  await follows(stage, premium, downtown)
  await followsOn(stage, premium)

  for (const { title, play } of answersChapters) {
    narrator.chapter(title)
    await play(stage, { dealer: premium, other: downtown, workshop })
  }

  narrator.chapter('What it cost, by the outside world’s own books')
  await balances(stage, {
    dealers: [premium, downtown, lucky, handmade, instant, workshop],
    idle: left.filter((number) => number !== workshop.number),
  })

  narrator.chapter('What we say it cost is the same, whoever it was for')
  await pricesAreKnown(stage)
  await paysItsOwn(stage, premium)
  await paysItsOwn(stage, downtown)
  await addsUp(stage)
}
