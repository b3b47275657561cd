import { CUSTOMER, call, type Dealer, type Stage, stateAtCarriers } from './stage.ts'

const REFUSED = 'Is anybody there?'

/** A dealer gives its number up: nobody answers it any more, and it is not released yet. */
export async function givesUp(stage: Stage, dealer: Dealer): Promise<void> {
  const { api, world, narrator } = stage
  const { status } = await narrator.send({
    method: 'DELETE',
    url: `${api}/api/organizations/${dealer.id}/phone-numbers/${dealer.number}`,
    token: dealer.token,
    show: (answer) => ({ status: answer.status, releaseAt: answer.releaseAt }),
  })
  const { twilio } = await stateAtCarriers(stage, dealer.number)
  narrator.claim(
    'it is in quarantine: still ours at Twilio, with its calls taken from the agent',
    status === 'quarantined' && twilio?.voice_url.startsWith(`${api}/`),
  )
  const heard = await narrator.send({
    url: `${world}/control/calls`,
    body: { from: CUSTOMER, to: dealer.number },
    show: ({ agentSaid }) => ({ agentSaid }),
  })
  narrator.claim(
    'a caller hears that it is not in service, and no agent',
    heard.agentSaid?.includes('not in service') && heard.conversationId === null,
  )
  const refusal = await narrator.send({
    url: `${world}/control/sms`,
    body: { from: CUSTOMER, to: dealer.number, body: REFUSED },
    show: (answer) => ({ status: answer.status }),
  })
  narrator.claim('a text is refused', refusal.status === 404)
}

/** The dealer takes its number back, and has its past, where `said` was said, back with it. */
export async function takesBack(stage: Stage, dealer: Dealer, said: string): Promise<void> {
  const { api, world, narrator } = stage
  const { status } = await narrator.send({
    url: `${api}/api/organizations/${dealer.id}/phone-numbers/${dealer.number}/restore`,
    token: dealer.token,
    show: (answer) => ({ phoneNumber: answer.phoneNumber, status: answer.status }),
  })
  const { twilio, elevenlabs } = await stateAtCarriers(stage, dealer.number)
  narrator.claim(
    'it is back: its calls go to the agent, its texts to us',
    status === 'assigned' &&
      twilio?.voice_url.startsWith(`${world}/elevenlabs/`) &&
      elevenlabs?.assigned_agent?.agent_id &&
      twilio.sms_url.startsWith(`${api}/`),
  )
  const { variables } = await call(stage, dealer, [])
  narrator.claim(
    `it remembers “${said}”, and nothing of the text that was refused`,
    variables.previous_summary?.includes(said) && !JSON.stringify(variables).includes(REFUSED),
  )
}
