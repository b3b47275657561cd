import { z } from 'zod'
import { inUtc } from '../../database/timestamp.ts'
import { cause } from './message.ts'
import { RESOLVE, whose } from './words.ts'

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
