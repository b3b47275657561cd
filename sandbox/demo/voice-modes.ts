import type { Json } from './narrator.ts'
import {
  arrangeFault,
  atCarriers,
  CUSTOMER,
  call,
  changeSettings,
  type Dealer,
  type Stage,
  stateAtCarriers,
} from './stage.ts'

const REGISTER = 'registerCall'

/** A dealer's calls come to our own webhook, which gives them to the same agent with the same memory. */
export async function answersByItself(stage: Stage, dealer: Dealer): Promise<void> {
  const { api, narrator } = stage
  const { mode } = await call(stage, dealer, ['Has it got a tow bar?'])
  narrator.claim('as yet, Twilio asks ElevenLabs', mode === 'elevenlabs')
  const voiceUrl = await chooseVoice(stage, dealer, 'server')
  narrator.claim(
    'Twilio has our own webhook for it now',
    voiceUrl === `${api}/api/webhooks/call/incoming`,
  )
  const before = await atCarriers(stage)
  const heard = await call(stage, dealer, ['And does it come with winter wheels?'])
  const after = await atCarriers(stage)
  narrator.claim(
    'Twilio has asked us, and we have registered the call with ElevenLabs, once',
    heard.mode === 'server' &&
      after.requests.elevenlabs[REGISTER] - (before.requests.elevenlabs[REGISTER] ?? 0) === 1,
  )
  narrator.claim(
    'the agent remembers “tow bar”, which was said the other way',
    heard.variables.previous_summary?.includes('tow bar'),
  )
}

/** ElevenLabs fails a dealer that answers by itself: the caller is not left with silence. */
export async function apologizes(stage: Stage, dealer: Dealer): Promise<void> {
  const { world, narrator } = stage
  await arrangeFault(stage, {
    carrier: 'elevenlabs',
    operation: REGISTER,
    kind: 'error',
    status: 500,
  })
  const message = 'Please call me back'
  const { agentSaid, recorded } = await narrator.send({
    url: `${world}/control/calls`,
    body: { from: CUSTOMER, to: dealer.number, says: [message] },
    show: (heard) => ({ agentSaid: heard.agentSaid, recorded: heard.recorded?.text }),
  })
  narrator.claim(
    `the caller hears an apology in the name of ${dealer.name}, and can leave a message`,
    agentSaid?.startsWith(`Thank you for calling ${dealer.name}. We are sorry`) &&
      recorded?.text === message,
  )
}

/** A dealer's own people listen to what was left on tape; nobody else's do. */
export async function listensToTape(stage: Stage, dealer: Dealer, other: Dealer): Promise<void> {
  const { api, narrator } = stage
  const { calls } = await narrator.send({
    method: 'GET',
    url: `${api}/api/organizations/${dealer.id}/calls?limit=1`,
    token: dealer.token,
    show: (answer) => answer.calls.map((row: Json) => row.recording_url),
  })
  const path = String(calls[0]?.recording_url)
  narrator.claim(
    'the call names where the message is heard, here and not at Twilio',
    path.startsWith(`/api/organizations/${dealer.id}/calls/`),
  )
  const heard = await narrator.fetchBytes({ url: api + path, token: dealer.token })
  narrator.claim(
    'there it is heard',
    heard.status === 200 && heard.type === 'audio/mpeg' && heard.bytes > 0,
  )
  const overheard = await narrator.fetchBytes({ url: api + path, token: other.token })
  narrator.claim(
    `to ${other.name} there is no such message`,
    overheard.status === 404 && overheard.bytes === 0,
  )
}

/** The dealer's calls go to ElevenLabs again, and nothing of the past is lost. */
export async function goesBack(stage: Stage, dealer: Dealer): Promise<void> {
  const { world, narrator } = stage
  const voiceUrl = await chooseVoice(stage, dealer, 'elevenlabs')
  narrator.claim(
    'Twilio has the webhook of ElevenLabs again',
    voiceUrl?.startsWith(`${world}/elevenlabs/`) === true,
  )
  const { mode, variables } = await call(stage, dealer, [])
  narrator.claim(
    'ElevenLabs is asked, and the agent remembers “winter wheels”, which was said to our webhook',
    mode === 'elevenlabs' && variables.previous_summary?.includes('winter wheels'),
  )
}

/** Has a dealer's calls answered one way or the other; answers the voice URL that Twilio has then. */
async function chooseVoice(
  stage: Stage,
  dealer: Dealer,
  voice: 'elevenlabs' | 'server',
): Promise<string | undefined> {
  await changeSettings(stage, dealer, { inbound_voice: voice })
  const { twilio } = await stateAtCarriers(stage, dealer.number)
  return twilio?.voice_url
}
