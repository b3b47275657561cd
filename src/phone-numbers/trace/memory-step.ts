import type { Question, Step } from './step.ts'
import { callStep } from './traffic-steps.ts'

/** Whether the agent that answers would recall anything of this customer. */
export function memoryStep(question: Question): Step {
  const { from, customer, facts } = question
  const step = 'memory'
  const none = (because: string): Step => ({ step, result: 'none', because })
  if (customer === null) {
    return none(
      `"${from}" is nobody's number: withheld, a placeholder, a short code, a name, or one that no numbering plan has.`,
    )
  }
  if (facts.customer_is_ours) return none(`${customer} is a number of ours, so nobody's.`)
  if (!facts.holding) return none('Nobody holds the number, so nothing is anybody’s to recall.')
  const name = facts.holding.organization_name
  if (!facts.customer) return none(`${name} had nothing of this customer.`)
  const { messages, calls, recalled } = facts.customer
  const had = `${name} had ${messages} messages and ${calls} calls with this customer`
  if (!recalled) {
    return {
      step,
      result: 'not_kept',
      because: `${had} by then; what a call was given is not kept.`,
    }
  }
  const isAnswered = ['answered', 'unverified'].includes(callStep(question).result)
  if (facts.calls_to === null || !isAnswered) {
    return none(`${had}, but no call is answered in its name now.`)
  }
  const { exchanges } = recalled
  return recalled.name || recalled.summary || recalled.completed_call || exchanges > 0
    ? { step, result: 'loaded', because: `${had}; the agent is given ${exchanges} exchanges.` }
    : none(`${had}, of which nothing is to be recalled yet.`)
}
