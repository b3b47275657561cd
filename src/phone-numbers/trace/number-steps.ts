import { type CarriersNow, obstaclesOf } from './read-carriers.ts'
import type { Question, Routing, Step } from './step.ts'

type CarriersStep = Extract<Step, { step: 'carriers' }>

/** What the number is to us now. */
export function numberStep({ to, facts: { number, numbers } }: Question): Step {
  const latest = number ?? numbers[0]
  if (!latest) {
    return { step: 'number', result: 'unknown', because: `${to} was never one of our numbers.` }
  }
  const { status } = latest
  const because =
    status === 'failed'
      ? `${to} was never ours: its purchase failed.`
      : `${to} ${number ? 'is' : 'was'} ours and is ${status} now.`
  return { step: 'number', result: status, because }
}

/** Who held the number at the time that is asked about, and what that organization is now. */
export function holderStep({ to, facts: { holding, at } }: Question): Step {
  if (!holding) {
    return { step: 'holder', result: 'nobody', because: `No organization held ${to} at ${at}.` }
  }
  const { organization_name: name, organization_id: id, organization_status: status } = holding
  const until = holding.ended_at ? ` until ${holding.ended_at}` : ''
  return {
    step: 'holder',
    result: status,
    because: `${name} (${id}), which is ${status} now, held ${to} at ${at}: from ${holding.assigned_at}${until}.`,
  }
}

/** What the carriers are to do about the number, and whether that was read back from them. */
export function carrierSteps({
  routing: { agentId, voiceUrl, verified, verifiedAt },
  isLeftAlone,
  carriersNow,
  isAtRest,
  elsewhere,
}: {
  routing: Routing
  isLeftAlone: boolean
  carriersNow: CarriersNow | undefined
  isAtRest: boolean
  elsewhere: string | undefined
}): Step[] {
  return [
    agentId
      ? { step: 'agent', result: 'speaks', because: `${agentId} is to be bound to the number.` }
      : { step: 'agent', result: 'none', because: 'Calls come to our own route.' },
    elsewhere === undefined ? carriersStep() : misledStep(carriersStep(), elsewhere),
  ]

  function carriersStep(): CarriersStep {
    if (isLeftAlone)
      return {
        step: 'carriers',
        result: 'left_alone',
        because: `Twilio is to send calls to ${voiceUrl}, but it shows another quarantine, or none, than is known here: nothing is changed there until a person decides.`,
      }
    const last = verifiedAt ? `It was last seen so at ${verifiedAt}.` : 'It was never seen so.'
    if (carriersNow && !carriersNow.asked)
      return {
        step: 'carriers',
        result: 'not_asked',
        because: `Twilio is to send calls to ${voiceUrl}. ${last} The carriers could not be asked since: ${carriersNow.reason}.`,
      }
    if (carriersNow?.asked && carriersNow.wrong.length > 0 && isAtRest)
      return {
        step: 'carriers',
        result: 'different',
        because: `Twilio is to send calls to ${voiceUrl}. ${last} Now ${carriersNow.wrong.join(', ')} is not as it is to be: POST /api/admin/reconcile {"mode": "repair"} puts it right.`,
      }
    const obstacles = isAtRest ? obstaclesOf(carriersNow) : []
    if (obstacles.length > 0)
      return {
        step: 'carriers',
        result: obstacles.some(({ isSeen }) => isSeen) ? 'different' : 'not_asked',
        because: `Twilio sends calls to ${voiceUrl}, as was read there just now. But ${obstacles.map(({ what }) => what).join('; and ')}.`,
      }
    return verified
      ? {
          step: 'carriers',
          result: 'verified',
          because: `Twilio sends calls to ${voiceUrl}, as was read there just now.`,
        }
      : {
          step: 'carriers',
          result: 'syncing',
          because: `Twilio is to send calls to ${voiceUrl}; until that is verified, they may still go elsewhere.`,
        }
  }
}

/** What the carriers were told is right, and still leads to somebody else. */
function misledStep({ step, result, because }: CarriersStep, elsewhere: string): CarriersStep {
  return {
    step,
    result: result === 'verified' ? 'elsewhere' : result,
    because: `${because} ${elsewhere}`,
  }
}
