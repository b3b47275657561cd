import { expect, test } from 'vitest'
import type { CallStore } from '../../src/calls/call-store.ts'
import { createCallScan } from '../../src/calls/polling/missed-call-scan.ts'
import { CarrierError, type CarrierErrorKind } from '../../src/carriers/ports/carrier-error.ts'
import type { VoiceAgents } from '../../src/carriers/ports/voice-agents.ts'
import { createLogger } from '../../src/platform/logger.ts'

const DAY = 86_400_000
const OVERLAP = 300_000

type List = VoiceAgents['listConversations']

/** Scans of these agents, by one server: from when it asks each, what it leaves, and whom it tells. */
async function scanOf(
  agentIds: string[],
  list: List,
  state: Parameters<CallScan>[1] = {},
  times = 1,
) {
  const asked: Record<string, Date> = {}
  const reported: { sid?: string; reason: string; isGivenUp: boolean }[] = []
  const read: string[] = []
  const voiceAgents = {
    listConversations(query, onUnreadable) {
      asked[query.agentId] = query.from
      return list(query, onUnreadable)
    },
    async getReport(id) {
      read.push(id)
      return undefined
    },
  } as Partial<VoiceAgents> as VoiceAgents
  const calls = { unknownAmong: async (ids: string[]) => ids } as Partial<CallStore> as CallStore
  const ended: string[] = []
  const taken = async ({ sid }: { sid: string }) => void ended.push(sid)
  const scan = createCallScan({
    calls,
    voiceAgents,
    agentIds: async () => agentIds,
    recordText: async () => {},
    stuck: {
      conversations: { report: async (_item, failure) => void reported.push(failure), taken },
      agents: {
        report: async ({ sid }, failure) => void reported.push({ sid, ...failure }),
        taken,
      },
    },
    log: createLogger({ level: 'silent', secrets: [] }),
  })
  const { signal } = new AbortController()
  for (let each = 1; each < times; each += 1) await scan(signal, state).catch(() => {})
  const left = await scan(signal, state)
  const marks = Object.fromEntries(
    Object.entries(left?.marks ?? {}).map(([agentId, iso]) => [agentId, Date.parse(iso)]),
  )
  return { asked, read, reported, ended, left, marks, failing: left?.failing }
}

type CallScan = ReturnType<typeof createCallScan>

/** A scan that finds one running conversation, begun then: from when it asks, and what it leaves. */
async function scanned(
  state: { since?: string; failing?: Record<string, Record<string, string>> },
  startedAt: Date,
) {
  const list: List = async function* () {
    yield [{ conversationId: 'conv_1', isOver: false, startedAt }]
  }
  const { asked, marks, ...rest } = await scanOf(['agent_1'], list, state)
  return {
    from: asked.agent_1,
    since: marks.agent_1,
    ...rest,
    failing: rest.failing?.agent_1 ?? {},
  }
}

const daysAgo = (days: number) => new Date(Date.now() - days * DAY)

test('a scan, after days in which nobody scanned, goes back to where the last one ended', async () => {
  const since = daysAgo(5)

  const { from } = await scanned({ since: since.toISOString() }, daysAgo(0.5))

  expect(from).toEqual(since)
})

test('a scan, with a conversation that goes on, comes back to it', async () => {
  const startedAt = daysAgo(0.5)

  const { since } = await scanned({ since: daysAgo(5).toISOString() }, startedAt)

  expect(since).toBe(startedAt.getTime() - OVERLAP)
})

test('a scan, with a conversation that goes on for days, takes that for one that cannot be read', async () => {
  const startedAt = daysAgo(4)

  const { since, failing, reported } = await scanned({ since: daysAgo(5).toISOString() }, startedAt)

  expect(since).toBe(startedAt.getTime() - OVERLAP)
  expect(failing).toHaveProperty('conv_1')
  expect(reported).toEqual([])
})

test('a scan, with a conversation that could not be read for a day, gives that up, and tells a person', async () => {
  const before = Date.now()
  const state = {
    since: daysAgo(5).toISOString(),
    failing: { agent_1: { conv_1: daysAgo(1.1).toISOString() } },
  }

  const { since, failing, reported } = await scanned(state, daysAgo(4))

  expect(since).toBeGreaterThanOrEqual(before - OVERLAP)
  expect(failing).toEqual({})
  expect(reported).toEqual([{ reason: 'it is said to go on for a day', isGivenUp: true }])
})

/** Nobody tells of anything but this agent's one conversation, which is over. */
const onlyOf = (listed: string, fail: (agentId: string) => void): List =>
  async function* ({ agentId, from }) {
    if (agentId === listed) yield [{ conversationId: 'conv_1', isOver: true, startedAt: from }]
    else fail(agentId)
  }
const failAs = (kind: CarrierErrorKind) => () => {
  throw new CarrierError('elevenlabs', 'conversations.list', kind, 'no')
}

test('a scan, with an empty list, leaves the mark of that agent where it is', async () => {
  const [since, before] = [daysAgo(1).toISOString(), daysAgo(0.2)]

  const { asked, marks } = await scanOf(
    ['busy', 'idle'],
    onlyOf('nobody', () => {}),
    {
      since,
      marks: { busy: before.toISOString() },
    },
  )

  expect(asked).toEqual({ busy: before, idle: new Date(since) })
  expect(marks).toEqual({ busy: before.getTime() })
})

test('a scan, with nothing listed of an agent yet, goes back a day behind the scan before', async () => {
  const { left } = await scanOf(
    ['idle'],
    onlyOf('nobody', () => {}),
  )

  const { asked } = await scanOf(
    ['idle'],
    onlyOf('nobody', () => {}),
    left,
  )

  expect(asked.idle?.toISOString()).toBe(left?.since)
  expect(Date.now() - Date.parse(left?.since ?? '')).toBeGreaterThanOrEqual(DAY)
})

test.each<CarrierErrorKind>(['rejected', 'not_found', 'bad_reply', 'unreachable'])(
  'a scan, with one agent whose list is %s, reads the others, and keeps the mark of that one',
  async (kind) => {
    const before = daysAgo(0.2)

    const { read, marks } = await scanOf(['refused', 'other'], onlyOf('other', failAs(kind)), {
      marks: { refused: before.toISOString() },
      failing: { refused: { conv_of_refused: daysAgo(0.1).toISOString() } },
    })

    expect(read).toEqual(['conv_1'])
    expect(marks.refused).toBe(before.getTime())
    expect(marks.other).toBeGreaterThan(before.getTime())
  },
)

test('a scan, with one agent that is not read, keeps in mind what failed before of that one alone', async () => {
  const [conv_8, conv_9] = [daysAgo(0.1).toISOString(), daysAgo(0.2).toISOString()]
  const list = onlyOf('other', failAs('rejected'))

  const scanned = await scanOf(['refused', 'other'], list, {
    failing: { refused: { conv_9 }, other: { conv_8 }, gone: { conv_8 } },
  })

  expect(scanned.failing).toEqual({ refused: { conv_9, refused: expect.any(String) } })
})

test('a scan, with an agent that the platform does not know any more, ends what was told of that one, and tells nobody', async () => {
  const [since, conv_9] = [daysAgo(2).toISOString(), daysAgo(0.1).toISOString()]
  const before = daysAgo(3)

  const { ended, reported, read, failing, marks } = await scanOf(
    ['gone', 'other'],
    onlyOf('other', failAs('not_found')),
    { marks: { gone: before.toISOString() }, failing: { gone: { gone: since, conv_9 } } },
  )

  expect([reported, ended, read]).toEqual([[], ['gone'], ['conv_1']])
  expect(failing).toEqual({ gone: { conv_9 } })
  // That may be wrong: its calls of meanwhile are found once it is known again.
  expect(marks.gone).toBe(before.getTime())
})

test('a scan, with an agent that is gone before anything was listed of it, comes back to the same time', async () => {
  const since = daysAgo(2)

  const { marks } = await scanOf(['gone', 'other'], onlyOf('other', failAs('not_found')), {
    since: since.toISOString(),
  })

  expect(marks.gone).toBe(since.getTime())
})

test('a scan, with agents that are gone beside one of which nothing is listed, is no outage', async () => {
  const list: List = async function* ({ agentId }) {
    if (agentId !== 'idle') failAs('not_found')()
    yield []
  }

  const { reported, failing } = await scanOf(['gone', 'gone too', 'idle', 'gone for long'], list)

  expect([reported, failing]).toEqual([[], {}])
})

test('a scan, with an agent that is asked no more, ends what was told of that one', async () => {
  const [before, conv_9] = [daysAgo(0.2).toISOString(), daysAgo(0.1).toISOString()]

  const { ended, failing } = await scanOf(['other'], onlyOf('other', failAs('rejected')), {
    failing: { gone: { gone: before, conv_9 }, quiet: { conv_9 } },
  })

  expect(ended).toContain('gone')
  expect(ended).not.toContain('quiet')
  expect(failing).toEqual({})
})

test('a scan, after one that agents without an answer ended, begins with the others', async () => {
  const list = onlyOf('listed', failAs('unreachable'))

  const { read, marks } = await scanOf(['a', 'b', 'c', 'listed'], list, {}, 2)

  expect(read).toEqual(['conv_1'])
  expect(Object.keys(marks).toSorted()).toEqual(['a', 'b', 'c', 'listed'])
})

test.each<[string, CarrierErrorKind]>([
  ['an outage', 'unreachable'],
  ['a refusal of all', 'rate_limited'],
])(
  'a scan, with %s after the first agent, keeps what it has read, and all marks',
  async (_, kind) => {
    const before = daysAgo(0.2)
    const conv_9 = daysAgo(0.1).toISOString()

    const { marks, failing } = await scanOf(
      ['listed', 'a', 'b', 'c', 'never'],
      onlyOf('listed', failAs(kind)),
      { marks: { never: before.toISOString() }, failing: { never: { conv_9 } } },
    )

    expect(marks.listed).toBeGreaterThan(before.getTime())
    expect(marks.never).toBe(before.getTime())
    expect(failing?.never).toEqual({ conv_9 })
  },
)

test.each([
  [0.5, 0],
  [2, 1],
  [48, 1],
])(
  'a scan, with an agent that is not read for %d hours, tells %d times, and goes on',
  async (hours, times) => {
    const failing = { refused: { refused: daysAgo(hours / 24).toISOString() } }
    const list = onlyOf('other', failAs('rejected'))

    const { reported, marks } = await scanOf(['refused', 'other'], list, { failing })

    expect(reported).toEqual(
      Array(times).fill({
        sid: 'refused',
        reason: 'ElevenLabs conversations.list: no',
        isGivenUp: false,
      }),
    )
    expect(marks).toHaveProperty('refused')
  },
)

test.each<CarrierErrorKind>(['account', 'rate_limited'])(
  'a scan, with an agent that alone is refused for two hours, as if all were (%s), tells that once another was read',
  async (kind) => {
    const failing = { refused: { refused: daysAgo(2 / 24).toISOString() } }

    const { reported } = await scanOf(['other', 'refused'], onlyOf('other', failAs(kind)), {
      failing,
    })

    expect(reported).toMatchObject([{ sid: 'refused', isGivenUp: false }])
  },
)

test.each<[string, CarrierErrorKind, string[]]>([
  ['that refuses our account', 'account', ['a', 'listed']],
  ['that takes no more requests', 'rate_limited', ['a', 'listed']],
  ['that answers nobody', 'unreachable', ['a', 'b', 'c', 'listed']],
  ['that refuses every list', 'rejected', ['a', 'b']],
  ['that knows no agent', 'not_found', ['a', 'b', 'c', 'd']],
  ['that does not know the only agent', 'not_found', ['a']],
])('a scan, of a platform %s, fails and leaves everything', async (_, kind, agentIds) => {
  await expect(scanOf(agentIds, onlyOf('listed', failAs(kind)))).rejects.toThrow('no')
})

test('a scan, with a row that has nothing but its id, reads that conversation', async () => {
  const list: List = async function* (_, onUnreadable) {
    onUnreadable?.({ id: 'conv_2', phoneNumber: undefined, reason: 'no time' })
    yield [{ conversationId: 'conv_1', isOver: true, startedAt: new Date() }]
  }

  const { read, reported } = await scanOf(['agent_1'], list)

  expect([read, reported]).toEqual([['conv_1', 'conv_2'], []])
})

test('a scan, with a row of no id, takes in the rest, and keeps the mark', async () => {
  const before = daysAgo(0.2)
  const list: List = async function* ({ agentId }, onUnreadable) {
    if (agentId === 'flawed') onUnreadable?.({ id: undefined, phoneNumber: undefined, reason: '?' })
    yield [{ conversationId: `conv_of_${agentId}`, isOver: true, startedAt: new Date() }]
  }

  const { read, marks } = await scanOf(['flawed', 'other'], list, {
    marks: { flawed: before.toISOString() },
  })

  expect(read).toEqual(['conv_of_flawed', 'conv_of_other'])
  expect(marks.flawed).toBe(before.getTime())
})

test.each([
  ['for a moment, keeps the mark and tells nobody', undefined, 0, true],
  ['for two hours, keeps the mark and tells a person', 2, 1, true],
  ['for a day, tells a person and goes on', 25, 1, false],
])('a scan of a single agent, with a row of no id %s', async (_, hours, times, isKept) => {
  const [before, begun] = [daysAgo(0.2), new Date()]
  const list: List = async function* (_query, onUnreadable) {
    onUnreadable?.({ id: undefined, phoneNumber: undefined, reason: '?' })
    yield [{ conversationId: 'conv_1', isOver: true, startedAt: new Date() }]
  }
  const since = hours && daysAgo(hours / 24).toISOString()

  const { marks, failing, reported } = await scanOf(['flawed'], list, {
    marks: { flawed: before.toISOString() },
    failing: since ? { flawed: { flawed: since } } : {},
  })

  const expected = isKept ? before.getTime() : begun.getTime() - OVERLAP
  expect(marks.flawed).toBeGreaterThanOrEqual(expected)
  expect(marks.flawed).toBeLessThan(expected + 60_000)
  expect(reported).toHaveLength(times)
  expect(failing?.flawed?.flawed).toEqual(since ?? expect.any(String))
})
