import type { SentWebhook } from '../http/openapi/sent-webhook.ts'
import { ReportedType } from './event.ts'
import { payloadSchema } from './payload.ts'

/** When each is told. */
const summaries: Record<ReportedType, string> = {
  'message.received': 'A customer has texted',
  'message.sent': 'A text of the organization was passed on',
  'message.delivered': 'A text of the organization has arrived',
  'message.failed': 'A text of the organization was not sent, or did not arrive',
  'text_reply.failed':
    'A customer waits for an answer that no agent gives: the last text, which a person may answer',
  'call.started': 'A customer calls, or is being called, and may not have answered yet',
  'call.ended': 'A call has ended, and its summary is there',
  'call.failed': 'A call came to nothing',
  'call.transferred':
    'A caller who asked for a person was handed over, or the person did not answer',
  'voicemail.received': 'A caller whom no agent could answer, or no person, left a message on tape',
  'contact.created': 'Somebody is a customer from now on',
  'contact.updated':
    'A customer’s name, lead id, manually set lead status or attributes have changed, or it was merged into another',
  'contact.erased': 'A customer was erased: erase what you keep of it, too',
  'opt_out.changed': 'A customer wants no texts any more, or wants them again',
  'number.ready': 'A number works for the organization',
  'number.quarantined': 'A number was given up; it can be restored for a time',
  'number.released': 'A number is gone for good',
  'organization.created': 'An organization was signed up; for operators',
  'organization.suspended': 'An organization was suspended; for operators',
  'organization.resumed': 'An organization was resumed; for operators',
  'endpoint.test': 'Somebody asked for a test of this endpoint',
}

/** What endpoints are told, for the document. */
export const sentWebhooks: SentWebhook[] = ReportedType.options.map((type) => ({
  name: type,
  operationId: `on${type
    .split(/[._]/)
    .map((word) => word[0]?.toUpperCase() + word.slice(1))
    .join('')}`,
  summary: summaries[type],
  body: payloadSchema(type),
}))
