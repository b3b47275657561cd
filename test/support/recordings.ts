import { ADMIN, answerOf, atCarriers, control, fault, request } from './requests.ts'
import type { World } from './world.ts'

interface Line {
  id: string
  number: string
}

/** What a path of the API answers, as bytes; a problem as what it says. */
export async function bytesAt(
  world: Pick<World, 'origin'>,
  path: string,
  options: { token?: string; headers?: Record<string, string>; method?: string } = {},
) {
  const { token = ADMIN, headers, method = 'GET' } = options
  const response = await fetch(world.origin + path, {
    method,
    headers: { authorization: `Bearer ${token}`, ...headers },
  })
  const { status } = response
  const header = (name: string) => response.headers.get(name)
  if (status >= 400) {
    const { body } = await answerOf(method, path, response)
    return { status, header, code: body.code as string, bytes: Buffer.alloc(0) }
  }
  return { status, header, code: undefined, bytes: Buffer.from(await response.arrayBuffer()) }
}

/** The newest calls of an organization, as it reads them. */
export async function callsOf(world: World, { id }: Pick<Line, 'id'>, query = '') {
  const path = `/api/organizations/${id}/calls${query}`
  const { body } = await request(world.origin, 'GET', path, { token: ADMIN })
  return body.calls
}

/** A call that an agent has answered, and is over. */
export async function aTalk(world: World, line: Line, from: string) {
  await control(world, 'POST', 'calls', { from, to: line.number, says: ['Is it still there?'] })
  await control(world, 'POST', 'idle')
  const [call] = await callsOf(world, line)
  return call
}

/** A call that no agent could answer, so its caller left a message; the line asks this server first. */
export async function aVoicemail(world: World, line: Line, from: string) {
  await request(world.origin, 'PATCH', `/api/organizations/${line.id}`, {
    token: ADMIN,
    body: { settings: { inbound_voice: 'server' } },
  })
  await fault(world, 'elevenlabs', 'registerCall', 'error', { status: 503 })
  await control(world, 'POST', 'calls', { from, to: line.number, says: ['Please call me back'] })
  const [call] = await callsOf(world, line)
  return call
}

/** A text with media, by the endings of their names. */
export async function aPicture(world: World, line: Line, from: string, files = ['car.png']) {
  const mediaUrls = files.map((name) => `https://example.com/${name}`)
  await control(world, 'POST', 'sms', { from, to: line.number, body: 'Look', mediaUrls })
  const path = `/api/organizations/${line.id}/messages`
  const { body } = await request(world.origin, 'GET', path, { token: ADMIN })
  return body.messages[0]
}

/** What is in the audit log of an organization of listening and viewing, the oldest first. */
export const heardIn = (world: World, { id }: Line) =>
  world.sql<{ action: string; subject: string; actor_kind: string }>(
    `select action, subject, actor_kind, details from audit_log
     where organization_id = $1 and action in ('listen_to_recording', 'view_medium') order by created_at, id`,
    [id],
  )

/** What the carriers keep: recordings by their call, and conversations. */
export async function keptRecordings(world: World) {
  const { twilio, elevenlabs } = await atCarriers(world)
  return {
    tapes: twilio.recordings.map((row: { call_sid: string }) => row.call_sid) as string[],
    conversations: elevenlabs.conversations.map(
      (row: { conversation_id: string }) => row.conversation_id,
    ) as string[],
  }
}

/** One tick of the loop that deletes recordings. */
export const deleteTick = (world: World) =>
  world.context.recordings.deleteRecordings.tick(new AbortController().signal)
