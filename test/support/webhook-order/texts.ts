import { CarrierError } from '../../../src/carriers/ports/carrier-error.ts'
import type { Delivering } from './delivering.ts'
import type { Draft } from './event.ts'
import type { Episode } from './story.ts'

/** An inbound text. */
export function textIn(
  { line, post }: Delivering,
  n: number,
  { body, media }: Extract<Episode, { kind: 'text in' }>,
): Draft[] {
  const form: Record<string, string> = {
    MessageSid: `SM${line.tag}${n}`,
    From: line.customer,
    To: line.number,
    Body: body,
    NumMedia: String(media),
    NumSegments: '1',
  }
  for (let index = 0; index < media; index++) {
    form[`MediaUrl${index}`] = `https://api.twilio.com/media/${index}`
    form[`MediaContentType${index}`] = 'image/jpeg'
  }
  return [
    {
      name: `${n} ${body}`,
      isAct: false,
      sense: body === 'STOP' || body === 'START' ? 'word' : undefined,
      after: [],
      deliver: () => post.twilio('/api/webhooks/twilio/sms', form),
    },
  ]
}

const lastStatus = {
  sent: [],
  delivered: [{ MessageStatus: 'delivered' }],
  undelivered: [{ MessageStatus: 'undelivered', ErrorCode: '30007' }],
  'opted out': [{ MessageStatus: 'failed', ErrorCode: '21610' }],
}

/** A text of ours: the request, Twilio's answer to it, and its statuses, which may be faster. */
export function textOut(
  { line, post, carriers }: Delivering,
  n: number,
  { end, answer, namesOurs }: Extract<Episode, { kind: 'text out' }>,
): Draft[] {
  const sid = `SM${line.tag}${n}`
  const expected = carriers.texts.expect.bind(carriers.texts, line.number)
  let asked: ReturnType<typeof expected> | undefined
  let reply: ReturnType<typeof post.api> | undefined
  let callback = ''

  const send: Draft = {
    name: `${n} request to text`,
    isAct: true,
    sense: 'request',
    after: [],
    async deliver() {
      const text = { to: line.customer, body: `Our text ${n}`, leadId: `lead-${n}` }
      asked = expected()
      reply = post.api('POST', `/api/organizations/${line.organizationId}/messages`, text)
      const request = await Promise.race([asked.request, reply])
      if ('statusCallback' in request) {
        const { pathname, search } = new URL(request.statusCallback)
        callback = namesOurs ? pathname + search : pathname
        return
      }
      if (request.status !== 409) throw new Error(`the request was answered ${request.text}`)
      carriers.texts.withdraw(line.number)
      asked = undefined
    },
  }
  const answered: Draft = {
    name: `${n} answer of Twilio ${answer}`,
    isAct: true,
    // Of a status without our id, only this tells whose text was refused.
    sense: end === 'opted out' ? 'refusal' : undefined,
    after: [send],
    async deliver() {
      if (answer === 'reported')
        asked?.answer({ sid, status: 'queued', errorCode: null, failure: null })
      else asked?.fail(new CarrierError('twilio', 'messages.create', 'unreachable', 'lost'))
      await reply
    },
  }
  const reported = [{ MessageStatus: 'queued' }, { MessageStatus: 'sent' }, ...lastStatus[end]]
  // A text that Twilio refuses was not under way before.
  const statuses = end === 'opted out' ? reported.slice(-1) : reported
  return [
    send,
    answered,
    ...statuses.map((status): Draft => {
      const form = { MessageSid: sid, From: line.number, To: line.customer, ...status }
      return {
        name: `${n} text ${status.MessageStatus}`,
        isAct: false,
        sense: 'ErrorCode' in status && status.ErrorCode === '21610' ? 'refusal' : undefined,
        after: [send],
        deliver: async () => callback && post.twilio(callback, form),
      }
    }),
  ]
}
