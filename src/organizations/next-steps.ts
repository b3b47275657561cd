import { z } from 'zod'
import { isInService } from '../phone-numbers/phone-number.ts'
import type { Organization } from './organization.ts'

export const NextSteps = z.array(z.string()).describe('what its people do next, in words to show')

/** What its number is at: `live` answers calls, `none` is neither there nor ordered. */
type NumberState = 'live' | 'starting' | 'delayed' | 'limited' | 'stuck' | 'none'

function numberStateOf({ phone, order }: Organization): NumberState {
  if (phone && isInService(phone.status) && phone.verified) return 'live'
  if (order?.status === 'needs_attention' || phone?.trouble === 'operators') return 'stuck'
  const isOrdered = order?.status === 'running'
  if (!phone && !isOrdered) return 'none'
  if (isOrdered && order.at_purchase_limit) return 'limited'
  const isLate = isOrdered && (order.late || order.last_error !== null)
  return isLate || phone?.trouble === 'late' ? 'delayed' : 'starting'
}

/** What an organization's people do next, in words that a page can show them. */
export function nextStepsOf(organization: Organization): string[] {
  const { name, status, phone } = organization
  const state = numberStateOf(organization)
  if (status === 'suspended')
    return [
      `${name} is suspended until the operators of this service approve it: ask them where that takes long`,
      onceApproved(state, phone?.phone_number),
    ]
  if (state === 'none') return [`${name} has no number: add one as soon as you want to be called`]
  if (state === 'live')
    return [
      `Call ${phone?.phone_number} and hear your agent answer for ${name}`,
      'Give this number to your customers: their calls and texts reach you alone',
    ]
  const [why, when] = WAITING[state]
  return [
    `Nothing to do: ${why}`,
    phone
      ? `Look here again ${when}: ${phone.phone_number} is yours, and does not answer yet`
      : `Look here again ${when}: your number is shown once it is yours`,
  ]
}

/** Why there is nothing to do, and when to look again. */
const WAITING = {
  starting: ['your number is being set up, which mostly takes less than a minute', 'in a minute'],
  delayed: ['the setup of your number takes longer than usual, and goes on by itself', 'later'],
  limited: [
    'this service buys only so many numbers in 24 hours, and yours as soon as that allows it',
    'tomorrow',
  ],
  stuck: ['the setup of your number needs the operators of this service, who were told', 'later'],
} as const

function onceApproved(state: NumberState, phoneNumber: string | undefined): string {
  if (state === 'none') return 'Then add a number as soon as you want to be called'
  if (state === 'stuck')
    return phoneNumber
      ? `They also have to finish the setup of your number ${phoneNumber}`
      : 'They also have to finish the setup of your number'
  return phoneNumber
    ? `Look here again later: ${phoneNumber} stays yours, and answers once that is done`
    : 'Look here again later: your number is set up once that is done'
}
