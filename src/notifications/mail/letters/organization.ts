import { z } from 'zod'
import { inUtc } from '../../../database/timestamp.ts'
import { reasonInWords } from '../../../telephony/failure-reason.ts'
import { type Content, type Letter, layOut } from './letter.ts'

/** What has happened, as an event tells it (src/events/data.ts). */
interface Happened {
  type: string
  facts: Record<string, unknown>
  created_at: string
}

type Words = Pick<Content, 'subject' | 'paragraphs'>

const Voicemail = z.object({ from: z.string(), to: z.string(), began_at: z.string() })
const Unanswered = z.object({
  from: z.string(),
  to: z.string(),
  sent_at: z.string(),
  failure_reason: z.string().nullable(),
})
const Ready = z.object({ phone_number: z.string() })

const NearlySpent = z.object({ spent: z.string(), limit: z.string() })

const words: Record<string, (facts: unknown) => Words> = {
  'voicemail.received': (facts) => {
    const { from, to, began_at } = Voicemail.parse(facts)
    return {
      subject: `A message on tape from ${from}`,
      paragraphs: [
        `${from} called ${to} at ${inUtc(began_at)} and left a message on tape.`,
        'Listen to it, and call back.',
      ],
    }
  },
  'text_reply.failed': (facts) => {
    const { from, to, sent_at, failure_reason } = Unanswered.parse(facts)
    const reason = failure_reason && reasonInWords(failure_reason)
    return {
      subject: `${from} waits for an answer`,
      paragraphs: [
        `${from} texted ${to} at ${inUtc(sent_at)}, and no agent answers${reason ? `: ${reason}` : ''}.`,
        'Read the text, and answer it yourself. Further ones that fail within the hour are not mailed.',
      ],
    }
  },
  'budget.nearly_spent': (facts) => {
    const { spent, limit } = NearlySpent.parse(facts)
    return {
      subject: 'Most of the day’s budget is spent',
      paragraphs: [
        `Calls and texts have cost $${spent} in 24 hours, and may cost $${limit}. Once that is spent, no call and no text goes out until there is room again.`,
        'See whether it was you: the lists of calls and texts show each. Who runs this service can raise the budget.',
      ],
    }
  },
  'number.ready': (facts) => {
    const { phone_number } = Ready.parse(facts)
    return {
      subject: `Your phone number ${phone_number} is ready`,
      paragraphs: [`${phone_number} works: customers can call it from now on.`],
    }
  },
}

/** To an organization's address and its admins. What another release has written is told of by its type alone. */
export function organizationLetter(
  { type, facts, created_at }: Happened,
  { organization, appUrl }: { organization: string; appUrl: string | undefined },
): Letter {
  const other = {
    subject: `News of ${organization}`,
    paragraphs: [`${type}, at ${inUtc(created_at)}.`],
  }
  const said = (() => {
    try {
      return words[type]?.(facts) ?? other
    } catch {
      return other
    }
  })()
  return layOut({
    ...said,
    ...(appUrl && { link: { words: 'Open the app', url: appUrl } }),
    reason: `You get this for "${organization}". Its admins can turn such mails off: alert_mails in its settings.`,
  })
}
