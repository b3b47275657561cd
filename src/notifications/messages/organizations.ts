import { z } from 'zod'
import { inUtc } from '../../database/timestamp.ts'
import { cause } from './message.ts'
import { ended, RESOLVE, whose } from './words.ts'

export const signUpWaiting = {
  '': cause(
    z.object({ organization_id: z.string(), organization: z.string(), email: z.string() }),
    ({ organization_id, organization, email }) => ({
      what: `Organization "${organization}" (${email}) was signed up and waits for approval (SIGNUP_MODE=approval). It can do nothing, and has no number.`,
      steps: [
        `Approve it: PATCH /api/organizations/${organization_id} {"status": "active"}. The server then buys the number it asked for, and this resolves by itself.`,
        'Or leave it, and resolve this notification.',
      ],
    }),
  ),
}

export const organizationNameAlike = {
  '': cause(
    z.object({
      organization_id: z.string(),
      organization: z.string(),
      slug: z.string(),
      other: z.string(),
      other_slug: z.string(),
    }),
    ({ organization_id, organization, slug, other, other_slug }) => ({
      what: `Organization "${organization}" (${slug}) has a name that looks like that of "${other}" (${other_slug}), and its agent speaks in that name.`,
      steps: [
        `See who signed it up: GET /api/organizations/${organization_id}.`,
        'If it poses as the other, suspend it: PATCH the same {"status": "suspended"}.',
        RESOLVE,
      ],
      end: 'Nothing follows by itself.',
    }),
  ),
}

export const inactiveNumber = {
  '': cause(
    z.object({ number: z.string(), organization: z.string().nullable(), since: z.string() }),
    ({ number, organization, since }) => ({
      what: `Nobody has called or texted ${number} of ${whose(organization)}, or was called from it, since ${inUtc(since)}. It is paid for all the same.`,
      steps: [
        'Ask the organization whether it still needs the number.',
        `If it does not: POST /api/admin/phone-numbers/${number}/release. The number can be restored during its quarantine.`,
      ],
      end: 'Nothing is released by itself. This resolves with the next call or text.',
    }),
  ),
}

const Paused = z.object({
  endpoint_id: z.string(),
  organization: z.string().nullable(),
  host: z.string(),
  since: z.string(),
  error: z.string(),
})

const ownerOf = (organization: string | null) =>
  organization === null ? 'of the operators' : `of organization "${organization}"`

const RESUME =
  'PATCH its path with {"status": "active"}: it is then told all that waits, and what is kept for 30 days can be replayed.'

export const webhookEndpointPaused = {
  failing: cause(Paused, ({ endpoint_id, organization, host, since, error }) => ({
    what: `Webhook endpoint ${endpoint_id} ${ownerOf(organization)} at ${host} has taken no event since ${inUtc(since)}, so it is paused. The last reason: ${ended(error)}`,
    steps: ['Have whoever owns it repair it; its deliveries show each reason.', RESUME],
    end: 'This resolves by itself once the endpoint is active again, or removed.',
  })),
  gone: cause(Paused, ({ endpoint_id, organization, host }) => ({
    what: `Webhook endpoint ${endpoint_id} ${ownerOf(organization)} at ${host} answered 410, which means that it wants no more events. It is paused.`,
    steps: ['Remove it, if that is so.', `If it is not: ${RESUME}`],
    end: 'This resolves by itself once the endpoint is active again, or removed.',
  })),
}
