/** What the functions of each folder of migrations/functions are for. */
const folders: Record<string, string> = {
  activity: 'Calls and texts of all organizations, for operators.',
  agents: 'Voice agents that belong to one organization, and the numbers they answer.',
  calls: 'Calls: begun, ended, looked up, and whether one may be made at all.',
  contacts: 'Customers of organizations, and what is remembered of them.',
  events: 'What has happened, told to the endpoints that listen.',
  messages: 'Texts, and who wants none.',
  'messages/a2p': 'What carriers want to know of a number before it may text.',
  'messages/replies': 'Agents that answer texts: whose turn it is, and what came of it.',
  notifications: 'What a person is told, and whether it went out.',
  organizations: 'Organizations, their members and their API keys.',
  'phone-numbers': 'What is known of each number, and who holds it.',
  'phone-numbers/imports': 'What ElevenLabs knows of a number, and with which token.',
  'phone-numbers/manual': 'Numbers that a person enters, assigns or finishes.',
  'phone-numbers/orders': 'How a number is bought, step by step.',
  'phone-numbers/pool': 'Numbers that wait for an organization.',
  'phone-numbers/provisioning': 'Numbers for organizations that have none.',
  'phone-numbers/quarantine': 'Numbers that are given up, and released to the carrier.',
  'phone-numbers/reconcile': 'What the sweep finds and repairs.',
  'phone-numbers/sync': 'Bringing numbers to the settings they are to have.',
  privacy: 'Erasing a customer here and at the carriers, and telling what is known of one.',
  shared: 'What all domains use: access, locks, leases, pages, statuses.',
  spending: 'What organizations and accounts may spend, and what they have.',
  trace: 'Why a text or a call goes where it goes.',
  usage: 'What carriers charge, and what a month cost.',
}

/** @throws Error for a folder that says nowhere what it is for */
export function purposeOf(folder: string): string {
  const purpose = folders[folder]
  if (purpose === undefined) {
    throw new Error(
      `migrations/functions/${folder} needs a line in sandbox/database-documents/folders.ts`,
    )
  }
  return purpose
}
