import type { Console } from './console.ts'

/** Signs in by the page, as a member does; the sandbox's sign-in takes every password. */
export async function signInAsMember({ page, goto }: Console, email: string, path = '') {
  await goto(path)
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password').fill('any password')
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

/** Every screen of a member of an organization, by their addresses. */
export function screensOfMembers(ids: {
  id: string
  number: string
  contactId: string
  endpointId: string
}) {
  const parts = [
    'line',
    `line/${encodeURIComponent(ids.number)}`,
    'conversations',
    `conversations?contact=${ids.contactId}`,
    'costs',
    ...['hours', 'calls', 'words', 'texts', 'general'].map((part) => `settings/${part}`),
    'members',
    'keys',
    'webhooks',
    `webhooks/${ids.endpointId}`,
  ]
  return [...parts.map((part) => `/organizations/${ids.id}/${part}`), '/organizations', '/nowhere']
}
