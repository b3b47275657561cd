import { destinationCountry } from '../../telephony/destination.ts'
import type { Question, Step } from './step.ts'

type ReplyStep = Extract<Step, { step: 'reply' }>

/** Whether an agent would answer a text that comes now: the same function decides it that begins turns. None: nobody texts. */
export function replySteps({ customer, facts, to }: Question): ReplyStep[] {
  const { reply, holding } = facts
  if (!reply || !holding || customer === null) return []
  const name = holding.organization_name
  const step = (result: ReplyStep['result'], because: string): ReplyStep[] => [
    { step: 'reply', result, because },
  ]
  switch (reply.reason) {
    case 'replies_off':
      return step(
        'off',
        `${name} has no agent answer texts (settings.text_replies), or is suspended.`,
      )
    case 'replies_paused':
      return step(
        'paused',
        reply.paused_until
          ? `A person has texted ${customer}, so agents are silent until ${reply.paused_until}. "replies": "on" of the contact ends that.`
          : `Somebody has paused the replies to ${customer}: "replies": "on" of the contact ends that.`,
      )
    case 'opted_out':
      return step('opted_out', `${customer} wants no texts of ${name}.`)
    case 'number_given_up':
      return step('number_given_up', `${to} is not in service, or not set up yet.`)
    case 'number_not_ready':
      return step('number_not_ready', `${to} cannot send texts (sms_status).`)
  }
  const country = destinationCountry(customer)
  if (reply.countries && country && !reply.countries.includes(country))
    return step('country', `${name} does not text ${country} (settings.outbound_countries).`)
  return step(
    'agent',
    'An agent answers within limits, but no word that the carrier answers, and nothing that comes more than ten minutes late.',
  )
}
