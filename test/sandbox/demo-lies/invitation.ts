import type { Lies } from './lies.ts'

const mails = /^\/control\/mail$/
const accept = /^\/api\/invites\/[^/]+\/accept$/
const me = /^\/api\/me$/

const LINK = 'the mail has a link into the console, and what proves the address stands behind its #'
const ALONE = 'whoever opens the link is a member of this dealership alone'

/** Changes the words of every mail. */
const words = (change: (text: string) => string) => ({
  to: mails,
  change: (answer: { mails: { text: string }[] }) => {
    for (const mail of answer.mails) mail.text = change(mail.text)
  },
})

export const invitationLies: Lies = [
  [LINK, 'it has none', words((text) => text.replace(/http:\S+/g, ''))],
  [LINK, 'it leads elsewhere', words((text) => text.replaceAll('/console', '/elsewhere'))],
  [LINK, 'the token is part of the request', words((text) => text.replaceAll('#', '?'))],
  [LINK, 'the token is not in it', words((text) => text.replaceAll('token=', 'code='))],
  [
    'whoever has the address alone is not let in',
    'they are',
    {
      to: accept,
      change: (answer, nth) => nth === 0 && delete answer.code,
      status: (nth) => (nth === 0 ? 200 : undefined),
    },
  ],
  [ALONE, 'they are a member of none', { to: me, change: (answer) => (answer.organizations = []) }],
  [
    ALONE,
    'they are a member of another',
    { to: me, change: (answer) => (answer.organizations[0].organization.id = crypto.randomUUID()) },
  ],
  [
    ALONE,
    'they are a member of another as well',
    { to: me, change: (answer) => answer.organizations.push(answer.organizations[0]) },
  ],
]
