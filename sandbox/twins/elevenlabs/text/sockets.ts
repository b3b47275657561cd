import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import type { World } from '../../core/world.ts'
import { isObject } from '../deep-merge.ts'
import type { AgentRow } from '../model.ts'
import { isSigned, SOCKET_PATH } from './signed-url.ts'
import { converse } from './text-conversation.ts'

/**
 * Opens conversations in writing. An agent that asks for a token (`auth`) needs a signed URL; any other may be talked to
 * by its id. Whatever else asks for a WebSocket is a 404, and a wrong signature a 403.
 */
export function textSockets(world: World) {
  const server = new WebSocketServer({ noServer: true, maxPayload: 1_000_000 })
  world.signal.addEventListener('abort', () => {
    for (const client of server.clients) client.terminate()
  })

  return (req: IncomingMessage, socket: Duplex, head: Buffer): void => {
    socket.on('error', () => socket.destroy())
    const url = new URL(req.url ?? '', world.origin)
    const id = url.searchParams.get('agent_id') ?? ''
    const agent = world.state.elevenlabs.agents.find((each) => each.agent_id === id)
    if (url.pathname !== SOCKET_PATH || agent === undefined) {
      refuse(socket, '404 Not Found')
      return
    }
    const signature = url.searchParams.get('conversation_signature')
    const mayTalk = signature === null ? isPublic(agent) : isSigned(world, id, signature)
    if (!mayTalk) {
      refuse(socket, '403 Forbidden')
      return
    }
    server.handleUpgrade(req, socket, head, (client) => {
      world.background(() => converse(world, agent, client))
    })
  }
}

function isPublic({ platform_settings: { auth } }: AgentRow): boolean {
  return !(isObject(auth) && auth.enable_auth === true)
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}
