import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type WebSocket, WebSocketServer } from 'ws'
import { createElevenLabsClient } from '../../src/carriers/elevenlabs/client.ts'
import { converse } from '../../src/carriers/elevenlabs/texting/converse.ts'
import { createElevenLabsTextConversations } from '../../src/carriers/elevenlabs/texting/text-conversations.ts'

const question = {
  agentId: 'agent_1',
  turnId: '0b8f6f2e-3c1d-4e5a-9b7c-2d4e6f8a0b1c',
  variables: { organization_name: 'Premium Auto Sales' },
  text: 'Is it there?',
}

type Frame = { type: string; [field: string]: unknown }

/** A platform of the test's own: what it does with each frame of the client. */
async function platform(
  on: (frame: Frame, say: (frame: object) => void, socket: WebSocket) => void,
  signedUrl?: string,
  pauses = { quietMs: 50, firstMs: 50, finalMs: 50 },
) {
  const heard: Frame[] = []
  const server = createServer({ keepAliveTimeout: 0 }, (_req, res) => {
    const { port } = server.address() as AddressInfo
    res.setHeader('content-type', 'application/json')
    res.end(JSON.stringify({ signed_url: signedUrl ?? `ws://127.0.0.1:${port}/talk` }))
  })
  const sockets = new WebSocketServer({ server })
  sockets.on('connection', (socket) => {
    const say = (frame: object) => socket.send(JSON.stringify(frame))
    socket.on('message', (data) => {
      const frame = JSON.parse(String(data)) as Frame
      heard.push(frame)
      on(frame, say, socket)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    for (const client of sockets.clients) client.terminate()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  const baseUrl = `http://127.0.0.1:${port}`
  const begun: string[] = []
  const { ask } = createElevenLabsTextConversations(
    createElevenLabsClient({ baseUrl, apiKey: 'key', timeoutMs: 60_000, readAgainMs: 1 }),
    { baseUrl, pauses },
  )
  return {
    heard,
    begun,
    socketUrl: `ws://127.0.0.1:${port}/talk`,
    ask: (signal: AbortSignal = new AbortController().signal) =>
      ask(question, { signal, onBegun: (id) => void begun.push(id) }),
  }
}

const metadata = {
  type: 'conversation_initiation_metadata',
  conversation_initiation_metadata_event: { conversation_id: 'conv_1' },
}
const response = (text: string, event_id = 1) => ({
  type: 'agent_response',
  agent_response_event: { agent_response: text, event_id },
})

const begins = ({ type }: Frame) => type === 'conversation_initiation_client_data'
const asks = ({ type }: Frame) => type === 'user_message'

describe('a question in writing', () => {
  test('begins with the variables, as text only and without a first message, and is then asked', async () => {
    const { ask, heard, begun } = await platform((frame, say) => {
      if (begins(frame)) say(metadata)
      if (asks(frame)) say(response('It is.'))
    })

    expect(await ask()).toBe('It is.')

    expect(heard).toEqual([
      {
        type: 'conversation_initiation_client_data',
        dynamic_variables: question.variables,
        user_id: question.turnId,
        conversation_config_override: {
          conversation: { text_only: true },
          agent: { first_message: '' },
        },
        source_info: { source: 'orgline' },
      },
      { type: 'user_message', text: question.text },
    ])
    expect(begun).toEqual(['conv_1'])
  })

  test('to an agent that greets first, is answered by what comes after it', async () => {
    const { ask } = await platform((frame, say) => {
      if (begins(frame)) {
        say(metadata)
        say(response('Hi, this is Jack.'))
      }
      if (asks(frame)) say(response('It is.', 2))
    })

    expect(await ask()).toBe('It is.')
  })

  const patient = { quietMs: 10, firstMs: 60_000, finalMs: 10 }

  test('to an agent that greets only after it was asked, is answered by what comes after that', async () => {
    const { ask } = await platform(
      (frame, say) => {
        if (begins(frame)) say(metadata)
        if (!asks(frame)) return
        say(response('Hi, this is Jack.'))
        setTimeout(say, 200, response('It is.', 2))
      },
      undefined,
      patient,
    )

    expect(await ask()).toBe('It is.')
  })

  test.each([
    [['It is.'], false],
    [['Hi, this is Jack.', 'It is.'], true],
  ])('that is answered by %j, tells whether the agent has greeted', async (words, greets) => {
    const { socketUrl } = await platform((frame, say) => {
      if (begins(frame)) say(metadata)
      if (asks(frame)) for (const text of words) say(response(text))
    })
    const reported: boolean[] = []

    const answer = await converse(socketUrl, question, {
      signal: new AbortController().signal,
      onBegun() {},
      onAnswered: (hasGreeted) => void reported.push(hasGreeted),
      quietMs: 10,
      firstMs: 500,
      finalMs: 10,
    })

    expect(answer).toBe('It is.')
    expect(reported).toEqual([greets])
  })

  test.each(['agent_tool_request', 'agent_tool_response', 'mcp_tool_call'])(
    'whose agent says something, and then uses a tool of a server (%s), has what it says behind that',
    async (type) => {
      const { ask } = await platform((frame, say) => {
        if (begins(frame)) say(metadata)
        if (!asks(frame)) return
        say(response('Let me look.'))
        say({ type, [type]: { tool_name: 'stock', tool_call_id: 'call_1' } })
        setTimeout(say, 300, response('It is.', 2))
      })

      expect(await ask()).toBe('It is.')
    },
  )

  test('whose answer is corrected, has the corrected one', async () => {
    const { ask } = await platform((frame, say) => {
      if (begins(frame)) say(metadata)
      if (!asks(frame)) return
      say(response('It is n'))
      say({
        type: 'agent_response_correction',
        agent_response_correction_event: {
          original_agent_response: 'It is n',
          corrected_agent_response: 'It is.',
        },
      })
    })

    expect(await ask()).toBe('It is.')
  })

  test('with a ping and a tool that is not there, answers both, and is answered', async () => {
    const { ask, heard } = await platform((frame, say) => {
      if (begins(frame)) say(metadata)
      if (asks(frame)) say({ type: 'ping', ping_event: { event_id: 7, ping_ms: 9 } })
      if (frame.type === 'pong') {
        say(response('Let me see.'))
        say({
          type: 'client_tool_call',
          client_tool_call: { tool_name: 'map', tool_call_id: 'call_1', parameters: {} },
        })
      }
      if (frame.type === 'client_tool_result') say(response('It is.', 3))
    })

    expect(await ask()).toBe('It is.')

    expect(heard.slice(2)).toMatchObject([
      { type: 'pong', event_id: 7 },
      { type: 'client_tool_result', tool_call_id: 'call_1', is_error: true },
    ])
  })

  test('that the platform refuses, is rejected with its reason', async () => {
    const { ask } = await platform((_frame, say, socket) => {
      const message = "Override for field 'text_only' is not allowed by config"
      say({ type: 'error', error_event: { code: 1008, message, error_type: 'x' } })
      socket.close(1008, message)
    })

    await expect(ask()).rejects.toMatchObject({
      kind: 'rejected',
      message: expect.stringContaining('not allowed'),
    })
  })

  test('that is closed without an error event, tells the reason of the close', async () => {
    const { ask } = await platform((_frame, _say, socket) => socket.close(1008, 'no such variable'))

    await expect(ask()).rejects.toMatchObject({
      kind: 'rejected',
      message: expect.stringContaining('no such variable'),
    })
  })

  test('whose line breaks half way, has no answer, and a conversation all the same', async () => {
    const { ask, begun } = await platform((frame, say, socket) => {
      if (begins(frame)) say(metadata)
      if (asks(frame)) socket.terminate()
    })

    await expect(ask()).rejects.toMatchObject({ kind: 'unreachable' })
    expect(begun).toEqual(['conv_1'])
  })

  test('whose line breaks behind the answer, is answered', async () => {
    const { ask } = await platform((frame, say, socket) => {
      if (begins(frame)) say(metadata)
      if (!asks(frame)) return
      say(response('It is.'))
      socket.close()
    })

    expect(await ask()).toBe('It is.')
  })

  test('that is never answered, ends with its signal', async () => {
    const stop = new AbortController()
    const { ask } = await platform((frame, say) => {
      if (begins(frame)) say(metadata)
      if (asks(frame)) stop.abort()
    })

    await expect(ask(stop.signal)).rejects.toMatchObject({
      kind: 'unreachable',
      message: expect.stringContaining('time-out'),
    })
  })

  test.each([
    ['no JSON', 'Hello'],
    ['of a kind that nobody knows', '{"type":"vad_score"}'],
    ['without what belongs to it', '{"type":"agent_response"}'],
  ])('with a frame that is %s, is answered by the others', async (_, frame) => {
    const { ask } = await platform((said, say, socket) => {
      socket.send(frame)
      if (begins(said)) say(metadata)
      if (asks(said)) say(response('It is.'))
    })

    expect(await ask()).toBe('It is.')
  })

  test('with more than anybody says, is a bad reply', async () => {
    const { ask } = await platform((_frame, _say, socket) => socket.send('x'.repeat(1_000_001)))

    await expect(ask()).rejects.toMatchObject({ kind: 'bad_reply' })
  })

  test.each(['http://127.0.0.1:1/', 'nothing', 'ftp://127.0.0.1/'])(
    'at a signed URL of no WebSocket (%s), is a bad reply',
    async (url) => {
      const { ask } = await platform(() => {}, url)

      await expect(ask()).rejects.toMatchObject({ kind: 'bad_reply' })
    },
  )
})
