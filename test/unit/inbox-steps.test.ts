import { expect, test } from 'vitest'
import { MESSAGES } from '../../src/notifications/message-of.ts'
import { APIS, FACTS } from '../support/notification-facts.ts'

const page = new URL('../../src/console/page/operator/inbox/steps.js', import.meta.url).href
const { stepsOf } = await import(page)

const all = Object.entries(FACTS).flatMap(([type, each]) =>
  each.map((facts) => {
    const cause = String(facts.cause ?? '')
    const message = MESSAGES[type as keyof typeof MESSAGES][cause]?.render(facts, APIS) ?? ''
    return [`${type} ${cause}`.trim(), message] as const
  }),
)
const isStep = (line: string) => /^\d+\. /.test(line)

test.each(all)(
  'the message %s, shown in the inbox, has its steps apart from what comes before and after',
  (_name, message) => {
    const { words, steps, rest } = stepsOf(message)

    const numbered = steps.map((step: string, at: number) => `${at + 1}. ${step}`)
    expect([words, ...numbered, ...(rest ? [rest] : [])].join('\n')).toBe(message)
    expect(steps).toHaveLength(message.split('\n').filter(isStep).length)
    for (const step of steps) expect(step).not.toMatch(/This (then )?resolves by itself\.$/)
  },
)

test('the messages that are shown in the inbox, all together, have steps and ends', () => {
  const shown = all.map(([, message]) => stepsOf(message))

  expect(shown.filter(({ steps, rest }) => steps.length > 0 && rest !== '').length).toBeGreaterThan(
    10,
  )
})
