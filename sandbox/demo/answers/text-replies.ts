import { arrangeFault, CUSTOMER, changeSettings, type Dealer, type Stage } from '../stage.ts'
import { handOver } from './handover.ts'
import { hasArrived, meanwhile, writes } from './texts.ts'

const [FIRST, SECOND] = ['Do you take my old car, too?', 'It is a small red one']
const FOREIGN = 'Have you got a helmet for me?'

/** The customer texts a dealer twice, and its agent answers both at once, by the same memory as on a call. */
export async function answersTexts(stage: Stage, dealer: Dealer, other: Dealer): Promise<void> {
  const { api, world, narrator } = stage
  const { messages } = await narrator.send({
    method: 'GET',
    url: `${api}/api/organizations/${dealer.id}/messages?limit=1`,
    token: dealer.token,
    show: (answer) => ({ latest: answer.messages[0]?.body }),
  })
  await changeSettings(stage, dealer, { text_replies: 'agent' })
  narrator.report(
    'The dealer has texted this customer within the hour, so the agent would leave her to it …',
  )
  await handOver(stage, dealer)
  const { texts, written } = await meanwhile(stage, async () => {
    await writes(stage, other, FOREIGN)
    await arrangeFault(stage, { carrier: 'twilio', operation: 'sms', kind: 'duplicate_webhook' })
    await writes(stage, dealer, FIRST)
    await writes(stage, dealer, SECOND)
    narrator.report('An agent waits for three seconds, because more texts may follow …')
    await hasArrived(stage, dealer, ({ body }) => body.includes(`: ${FIRST} / ${SECOND}`))
  })
  for (const { from, body } of texts) narrator.report(`${from} texts: ${body}`)
  narrator.claim(
    `the agent of ${dealer.name} gives one answer to both, from the number that they went to`,
    texts.length === 1 &&
      texts[0].from === dealer.number &&
      [dealer.name, FIRST, SECOND].every((words) => texts[0].body.includes(words)),
  )
  const { faults } = await narrator.send({
    method: 'GET',
    url: `${world}/control/faults`,
    show: (answer) => ({ faults: answer.faults }),
  })
  narrator.claim(
    'Twilio reported the first one twice, and the agent was asked once',
    faults.length === 0 && written.length === 1,
  )
  const known = written[0].conversation_initiation_client_data.dynamic_variables
  narrator.claim(
    'it knew what was texted before, and nothing of the other dealership',
    messages.length === 1 &&
      known.conversation_context?.includes(messages[0].body) &&
      ![other.name, FOREIGN].some((words) => JSON.stringify(known).includes(words)),
  )
  const { variables } = await narrator.send({
    url: `${world}/control/calls`,
    body: { from: CUSTOMER, to: dealer.number },
    show: ({ agentSaid }) => ({ agentSaid }),
  })
  narrator.claim(
    'on the telephone, the agent knows the texts, and what it answered',
    variables.conversation_context?.includes(`Customer: ${SECOND}`) &&
      variables.conversation_context.includes(`${dealer.name}: This is ${dealer.name}`),
  )
}
