import { describe, expect, test } from 'vitest'
import { alertWords } from '../../src/notifications/alert-text.ts'
import { alertLetter, digestLetter } from '../../src/notifications/mail/letters/alert.ts'
import { invitationLetter } from '../../src/notifications/mail/letters/invitation.ts'
import { layOut } from '../../src/notifications/mail/letters/letter.ts'
import { organizationLetter } from '../../src/notifications/mail/letters/organization.ts'
import { APIS, CUSTOMER } from '../support/notification-facts.ts'

const ID = '0b54c1a6-2f5e-4ac2-9c7b-3d1f1e0a7c11'
const AT = '2026-11-29T10:00:00.123456+00:00'
const NAME = 'Premium & <b>Auto</b> "Sales"'
const OURS = '+16045550123'

const stored = {
  id: ID,
  type: 'call_routing_failed' as const,
  organization_id: ID,
  organization_name: NAME,
  phone_number: OURS,
  phone_numbers: null,
  message: '',
  facts: null,
  status: 'pending' as const,
  occurrences: 1,
  created_at: AT,
  updated_at: AT,
  resolved_at: null,
  resolved_by: null,
}
const wordsOf = (message: string) =>
  alertWords({ ...stored, message }, { publicUrl: 'https://line.example.com', apis: APIS })
const alert = { ...stored, words: wordsOf(`${CUSTOMER} called ${OURS}.\nCall back.`) }

const happened = (type: string, facts: Record<string, unknown>) =>
  organizationLetter(
    { type, facts, created_at: AT },
    { organization: NAME, appUrl: 'https://app.example.com/' },
  )

const letters = {
  invitation: invitationLetter(
    { invite_id: ID, organization: NAME, role: 'admin', expires_at: AT },
    { appUrl: 'https://app.example.com/join', token: 'the-token_of-the-link' },
  ),
  alert: alertLetter(alert),
  digest: digestLetter([alert, { ...alert, words: wordsOf('Another one.') }]),
  voicemail: happened('voicemail.received', { from: CUSTOMER, to: OURS, began_at: AT }),
  unanswered: happened('text_reply.failed', {
    from: CUSTOMER,
    to: OURS,
    sent_at: AT,
    failure_reason: 'agent_silent',
  }),
  ready: happened('number.ready', { phone_number: OURS }),
  budget: happened('budget.nearly_spent', { spent: '48.00', limit: '60.00' }),
  unknown: happened('number.ready', { of: 'another release' }),
}

describe.each(Object.entries(letters))('the mail %s', (_name, letter) => {
  test('in text and in HTML, as it was looked at, is the same', () => {
    expect(letter).toMatchSnapshot()
  })

  test('with a name that has markup in it, has that as words alone', () => {
    expect(letter.html).not.toContain('<b>')
    expect(letter.subject).not.toMatch(/[\r\n]/)
  })
})

describe('a mail', () => {
  test('to operators, about a customer, masks the number, and not ours', () => {
    for (const { text, html } of [letters.alert, letters.digest]) {
      expect(text + html).not.toContain(CUSTOMER)
      expect(text).toContain('+1604•••9876')
      expect(text).toContain(OURS)
    }
  })

  test('with an invite, carries its token behind #, where no server is sent it', () => {
    const { hash, search } = new URL(/https:\S+/.exec(letters.invitation.text)?.[0] ?? '')

    expect(search).toBe('')
    expect(Object.fromEntries(new URLSearchParams(hash.slice(1)))).toEqual({
      invite: ID,
      token: 'the-token_of-the-link',
    })
  })

  test('with a subject of several lines, has it in one', () => {
    const { subject } = layOut({
      subject: 'One\r\nBcc: two@example.com',
      paragraphs: [],
      reason: '',
    })

    expect(subject).toBe('One Bcc: two@example.com')
  })
})
