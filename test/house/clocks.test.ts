import { describe, expect, test } from 'vitest'
import { readSources } from './typescript/imports.ts'

/** What decides by how long something takes, which on a busy machine is longer. */
const RULES = {
  'sleeps for a fixed time': /\bsetTimeout\b|\bpg_sleep\((?!60\))/,
  'waits for less than expect.poll does by itself': /\bvi\.wait|\btimeout: \d{1,2}_?\d{3}\b/,
  'measures how long something took':
    /performance\.now\(|Date\.now\(\) - [a-z]\w*\b(?! \*)|process\.hrtime/,
  'lets go what it has not seen held': /faults\/release/,
  'wants something to be done within a time': /toBeLess\w+\([^)\n]*(_MS|Ms|\bms)\b/,
  // None at all, 0, is no deadline: nobody waits.
  'gives the product less than five seconds':
    /(DEADLINE|TIMEOUT|WAIT|NOTICE)_MS(:| =) '?(?!0\b)([1-4]_?\d{3}|\d{1,3})\b|([dD]eadline|[tT]imeout|[wW]ait|[nN]otice)Ms(:| =) '?(?!0\b)([1-4]_?\d{3}|\d{1,3})\b/,
}

/** Where a wait can make no sound product fail, and why it is one. */
const EXCEPTIONS: Record<string, string> = {
  'test/unit/run-checks.test.ts': 'a check that never answers, whatever its deadline',
  'test/support/held.ts': 'it waits for what is held, for everybody',
  'test/twins/holds.test.ts': 'it is about what is held, and each of its tests waits for that',
  'test/support/requests.ts': 'a pause between two turns of a loop, which end with the last order',
  'test/support/erasures.ts':
    'a pause between two turns of a loop, which end with the last erasure',
  'test/twins/vendors/twilio-sdk.ts': 'how long Twilio’s own client may take',
  'test/support/tls-postgres.ts': 'before any test, where there is no expect.poll; for a minute',
  'test/http/conversation-initiation-failures.test.ts':
    'a lock that is held until the answer is there',
  'test/flows/voice-faults.test.ts': 'a lock, and answers that never come',
  'test/http/health.test.ts': 'a lock that is held until the answer is there',
  'test/sql/stand-in-outage.test.ts':
    'a wire that is frozen; until it is thawed, calls are repeated',
  'test/sql/stand-in-abort.test.ts': 'a gate that stays closed; until the end, calls are repeated',
  'test/sql/migrate-under-load.test.ts': 'a lock that a migration tries to get again and again',
  'test/carriers/dripping-answers.test.ts': 'answers that never end',
  'test/carriers/elevenlabs-text-conversations.test.ts':
    'what an agent says later, for which its client waits for a minute',
  'test/flows/event-crashes.test.ts': 'how long one waits for what goes on by itself',
  'test/flows/text-reply-crashes.test.ts': 'how long one waits for what goes on by itself',
  'test/flows/event-hangs.test.ts': 'how long one waits for what goes on by itself',
  'test/flows/event-turns.test.ts': 'how long one waits for what goes on by itself',
  'test/flows/number-registration.test.ts': 'how long one waits for what goes on by itself',
  'test/unit/taken-texts.test.ts': 'an answer that never comes',
  'test/unit/config-values.test.ts': 'the default of a setting, which nothing waits for',
  'test/unit/loop.test.ts': 'a tick that outlasts the interval, however long either takes',
}

describe('the tests', () => {
  const files = readSources('test').filter(
    ({ path }) => !path.includes('node_modules') && path !== 'test/house/clocks.test.ts',
  )

  test.each(Object.entries(RULES))('none %s, so a busy machine fails none', (_what, rule) => {
    const found = files.filter(({ text }) => rule.test(text)).map(({ path }) => path)

    expect(found.filter((path) => !(path in EXCEPTIONS))).toEqual([])
  })

  // A client that uses such a connection again, in the moment in which its server closes it, has an error.
  test('none has an HTTP server that closes idle connections by itself, so a busy machine fails none', () => {
    const found = files.filter(
      ({ text }) =>
        /from 'node:https?'|createHttpServer/.test(text) &&
        /\bcreate(Http)?Server\((?!\s*\{[^}]*keepAliveTimeout: 0|options\b)/.test(text),
    )

    expect(found.map(({ path }) => path)).toEqual([])
  })

  test('that may wait, do', () => {
    const waiting = files.filter(({ text }) => Object.values(RULES).some((rule) => rule.test(text)))

    expect(
      Object.keys(EXCEPTIONS).filter((path) => !waiting.some((file) => file.path === path)),
    ).toEqual([])
  })
})
