import type { z } from 'zod'
import type { OrganizationView } from './organization.ts'

/** What whoever signed up does next, in words that a page can show them. */
export function nextStepsOf(organization: z.input<typeof OrganizationView>): string[] {
  const { name, status, phoneNumber, phoneNumberStatus, readyToUse, requiresElevenLabsImport } =
    organization
  if (status === 'suspended')
    return [
      'Nothing to do: the operators of this service look at your sign-up and approve it',
      'Look here again later: your number is set up once it is approved',
    ]
  if (readyToUse)
    return [
      `Call ${phoneNumber} and hear your agent answer for ${name}`,
      'Give this number to your customers: their calls and texts reach you alone',
    ]
  if (requiresElevenLabsImport)
    return [
      'Nothing to do: the operators of this service finish the setup of your number manually',
      'Look here again later: your number is shown as soon as it answers',
    ]
  if (phoneNumberStatus === 'none')
    return [`${name} has no number yet: add one as soon as you want to be called`]
  return [
    'Nothing to do: your number is being set up, which mostly takes less than a minute',
    'Look here again in a minute: your number is shown as soon as it answers',
  ]
}
