import { z } from 'zod'
import { alternatives } from '../http/input/alternatives.ts'
import {
  DestinationInput,
  idInput,
  PageQuery,
  PhoneNumberInput,
  TimeInput,
} from '../http/schemas.ts'
import { whyNotPublic } from './media-url.ts'
import { MessageDirection, MessageStatus } from './message.ts'

/** Twilio takes no more. Source: Twilio errors 21617 and 21623. */
const MAX_BODY = 1_600
const MAX_MEDIA = 10

const Body = z
  .string()
  .max(MAX_BODY, `must have at most ${MAX_BODY} characters: send it in parts`)
  .refine(
    (text) => text.isWellFormed() && !text.includes('\0'),
    'must not contain NUL or half a character (a lone surrogate)',
  )

/** Twilio fetches it, and shows it to whoever gets the text: what it must not be is told, and why. */
function requirePublic(url: string, context: z.core.$RefinementCtx): void {
  const message = whyNotPublic(url)
  if (message) {
    context.addIssue({ code: 'custom', message, params: { problem: 'media_url_not_public' } })
  }
}

export const MessageBody = z
  .strictObject({
    to: DestinationInput,
    from: PhoneNumberInput.optional().describe(
      'one of its own numbers; left out: that of the last exchange with this customer, else the default',
    ),
    body: Body.default(''),
    mediaUrls: z
      .array(
        z
          .url({ protocol: /^https?$/ })
          .max(2_048)
          .superRefine(requirePublic),
      )
      .max(MAX_MEDIA)
      .default([])
      .describe('Public URLs that the telephone company fetches'),
    leadId: z.string().trim().min(1).max(200).optional(),
    takesOver: z
      .boolean()
      .default(true)
      .describe(
        'whether a person texts, so that no agent answers this customer for an hour; false: a program does, and agents go on',
      ),
  })
  .meta(
    alternatives(
      { needs: ['body'], as: { body: { pattern: '\\S' } } },
      { needs: ['mediaUrls'], as: { mediaUrls: { minItems: 1 } } },
    ),
  )
  .refine(({ body, mediaUrls }) => body.trim() !== '' || mediaUrls.length > 0, {
    path: ['body'],
    message: 'must not be empty without mediaUrls',
  })

export const MessageQuery = PageQuery.extend({
  direction: MessageDirection.optional().describe('only texts that go this way'),
  status: MessageStatus.optional().describe('only texts in this state'),
  contactId: idInput('only texts with this contact').optional(),
  from: TimeInput.optional().describe('recorded then or later'),
  to: TimeInput.optional().meta({
    description: 'recorded before',
    examples: ['2026-06-01T00:00:00Z'],
  }),
})
