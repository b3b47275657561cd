import { z } from 'zod'
import { LeadStatus } from '../agent-memory/lead-status.ts'
import { OrganizationParams, PageQuery, PhoneNumberInput } from '../http/schemas.ts'
import { isPlaceholder } from '../telephony/phone.ts'

const words = z.string().trim().min(1).max(200)

const changeable = {
  name: words.nullable().optional(),
  leadId: words.nullable().optional(),
  leadStatus: LeadStatus.nullable()
    .optional()
    .describe('null, as at first: it follows texts and completed calls'),
}

export const ContactBody = z.strictObject({
  phoneNumber: PhoneNumberInput.refine(
    (number) => !isPlaceholder(number),
    "stands for a withheld caller id, so it is nobody's number",
  ),
  ...changeable,
})

export const ContactChangesBody = z
  .strictObject(changeable)
  .refine((changes) => Object.keys(changes).length > 0, 'names nothing to change')

export const MergeBody = z.strictObject({
  from: z.guid().describe('the contact that goes; all it had moves to the one in the path'),
})

export const ContactParams = OrganizationParams.extend({ contactId: z.guid() })

export const ContactQuery = PageQuery.extend({
  phoneNumber: PhoneNumberInput.optional(),
  leadId: words.optional(),
  leadStatus: LeadStatus.optional(),
  name: words.optional().describe('part of the name'),
})
