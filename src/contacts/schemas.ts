import { z } from 'zod'
import { LeadStatus } from '../agent-memory/lead-status.ts'
import { alternatives } from '../http/input/alternatives.ts'
import {
  CallValues,
  CustomerName,
  CustomerNumberInput,
  idInput,
  OrganizationParams,
  PageQuery,
  PhoneNumberInUrl,
} from '../http/schemas.ts'
import { Replies } from './contact.ts'

const words = z.string().trim().min(1).max(200)

const changeable = {
  name: CustomerName.nullable().optional(),
  leadId: words.nullable().optional(),
  leadStatus: LeadStatus.nullable()
    .optional()
    .describe('null, as at first: it follows texts and completed calls'),
  attributes: CallValues.nullable()
    .optional()
    .describe('fields of your own, which your agents are told; replaces all of them'),
}

export const ContactBody = z.strictObject({
  phoneNumber: CustomerNumberInput,
  ...changeable,
})

export const ContactChangesBody = z
  .strictObject({
    ...changeable,
    replies: Replies.optional().describe(
      'paused: no agent answers texts of this customer until it is on again; on: agents do, also where a person has just texted',
    ),
  })
  .meta(
    alternatives(
      { needs: ['name'] },
      { needs: ['leadId'] },
      { needs: ['leadStatus'] },
      { needs: ['attributes'] },
      { needs: ['replies'] },
    ),
  )
  .refine((changes) => Object.keys(changes).length > 0, 'names nothing to change')

export const MergeBody = z.strictObject({
  from: z.guid().describe('the contact that goes; all it had moves to the one in the path'),
})

export const ContactParams = OrganizationParams.extend({ contactId: idInput('id of the contact') })

export const ContactQuery = PageQuery.extend({
  phoneNumber: PhoneNumberInUrl.optional(),
  leadId: words
    .optional()
    .meta({ description: 'id of the lead, as you gave it', examples: ['L-1'] }),
  leadStatus: LeadStatus.optional().describe('only contacts in this state'),
  name: words.optional().meta({ description: 'part of the name', examples: ['Chen'] }),
})
