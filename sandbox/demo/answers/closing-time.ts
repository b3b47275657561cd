import { CUSTOMER, changeSettings, type Dealer, type Stage } from '../stage.ts'
import { closedNow, isItsOpening } from './hours.ts'

const VOICEMAIL = { closed: [{ to: 'voicemail' }] }
const MESSAGE = 'Please call me about the trailer'

/**
 * A dealer is closed: its agent knows when it opens, and where this server answers, a caller may leave a message
 * instead.
 */
export async function closes(stage: Stage, dealer: Dealer): Promise<void> {
  const { narrator } = stage
  const hours = { business_hours: closedNow() }
  const { organization } = await changeSettings(stage, dealer, hours)
  const { variables } = await dial(stage, dealer)
  const { is_open: isOpen, next_opening: opening } = variables
  narrator.report(`The agent knows: is it open? ${isOpen}. When next? ${opening}.`)
  narrator.claim(
    'the agent knows that it is closed, and when it opens again',
    isOpen === 'no' && isItsOpening(organization, opening),
  )
  const refusal = await changeSettings(stage, dealer, { routing: VOICEMAIL })
  narrator.claim(
    'as long as ElevenLabs answers, voicemail is refused, with what to do about it',
    refusal.status === 422 &&
      refusal.code === 'routing_unfit' &&
      refusal.detail?.includes('inbound_voice'),
  )
  await changeSettings(stage, dealer, { inbound_voice: 'server', routing: VOICEMAIL })
  const heard = await dial(stage, dealer, [MESSAGE])
  narrator.claim(
    `the caller hears when ${dealer.name} opens, and no agent, and leaves a message`,
    heard.agentSaid?.startsWith(`Thank you for calling ${dealer.name}. We are closed right now`) &&
      heard.agentSaid.includes(`open again ${opening}.`) &&
      heard.conversationId === null &&
      heard.recorded?.text === MESSAGE,
  )
  const asBefore = { inbound_voice: 'elevenlabs', routing: null, business_hours: null }
  await changeSettings(stage, dealer, asBefore)
}

function dial({ world, narrator }: Stage, dealer: Dealer, says: string[] = []) {
  return narrator.send({
    url: `${world}/control/calls`,
    body: { from: CUSTOMER, to: dealer.number, says },
    show: ({ agentSaid, recorded }) => ({ agentSaid, recorded: recorded?.text }),
  })
}
