import * as serialization from '@elevenlabs/elevenlabs-js/serialization/index.js'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { AgentCreate } from '../../../sandbox/twins/elevenlabs/agent-schema.ts'
import { SettingsUpdate } from '../../../sandbox/twins/elevenlabs/settings-schema.ts'
import { eleven, twinsForTest } from '../support.ts'
import { misread, readers } from './elevenlabs-schema.ts'
import { changesOf, wholeOf } from './whole-bodies.ts'

const { conversationalAi: convai } = serialization
const agent = wholeOf(
  z.toJSONSchema(AgentCreate, { io: 'input', unrepresentable: 'any' }),
) as object
const settings = wholeOf(
  z.toJSONSchema(SettingsUpdate, { io: 'input', unrepresentable: 'any' }),
) as object

/** How the client reads what such a body says. */
const cases = [
  {
    what: 'an agent, created',
    method: 'POST',
    body: agent,
    reader: convai.BodyCreateAgentV1ConvaiAgentsCreatePost,
  },
  { what: 'an agent, changed', method: 'PATCH', body: agent, reader: convai.UpdateAgentRequest },
  {
    what: 'the settings, changed',
    method: 'PATCH',
    body: settings,
    reader: convai.PatchConvAiSettingsRequest,
  },
]

describe("what ElevenLabs' twin keeps", () => {
  test.each(cases)('$what in every field, is what the client knows', async (each) => {
    const { send, read } = await twinFor(each)

    expect(misread(each.reader, each.body)).toEqual([])
    expect(await send(each.body)).toBe(200)
    expect(await read()).toEqual([])
  })

  test.each(cases)('$what by what the client cannot read, is refused', async (each) => {
    const { send, read } = await twinFor(each)
    const taken: string[] = []
    let refused = 0
    for (const { where, body } of changesOf(each.body)) {
      const isRefused = (await send(body)) === 422
      if (isRefused) refused++
      const lies = isRefused ? [] : [...misread(each.reader, body), ...(await read())]
      if (lies.length > 0) taken.push(`${where.join('.')}: ${lies}`)
    }

    expect(refused).toBeGreaterThan(10)
    expect(taken).toEqual([])
  })

  test.each([
    { conversation_config: { surprise: 1, agent: { x: 1 } } },
    { conversation_config: { turn: { turn_timeout: 'soon' } } },
    { surprise: 1 },
  ])('an agent with %j, is refused and stays as it was', async (patch) => {
    const twins = await twinsForTest()
    const { body } = await eleven(twins, 'POST', path, { conversation_config: {} })
    const one = `/convai/agents/${body.agent_id}`
    const before = await eleven(twins, 'GET', one)

    expect((await eleven(twins, 'PATCH', one, patch)).status).toBe(422)
    expect(await eleven(twins, 'GET', one)).toEqual(before)
  })
})

const path = '/convai/agents/create'

/** A twin that is sent such bodies, and how the client reads what it keeps. */
async function twinFor({ method, body: whole }: (typeof cases)[number]) {
  const twins = await twinsForTest()
  const made = await eleven(twins, 'POST', path, { conversation_config: {} })
  const kept = whole === agent ? `/convai/agents/${made.body.agent_id}` : '/convai/settings'
  const send = async (body: unknown) => {
    return (await eleven(twins, method, method === 'POST' ? path : kept, body)).status
  }
  const read = async () => {
    const reader = readers[whole === agent ? 'get /v1/convai/agents/*' : 'get /v1/convai/settings']
    const { body } = await eleven(twins, 'GET', kept)
    return misread(reader, body)
  }
  return { send, read }
}
