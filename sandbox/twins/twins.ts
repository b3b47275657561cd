import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createTwinsApp } from './app.ts'
import type { Revive } from './core/state-file.ts'
import { openWorld, type World } from './core/world.ts'
import { endInterrupted } from './elevenlabs/interrupted.ts'
import { completeConversation } from './elevenlabs/open-conversation.ts'
import { textSockets } from './elevenlabs/text/sockets.ts'
import { type Smtp, startSmtp } from './mail/smtp.ts'
import { rebaseNumber } from './twilio/rebase-number.ts'

/** Running twins of Twilio, ElevenLabs and Supabase Auth, and a server of mail. */
export interface Twins {
  /** `http://127.0.0.1:<port>` */
  origin: string
  port: number
  /** Where mail is sent to, as SMTP_URL. */
  smtpUrl: string
  /** Remembers all that the vendors hold to be true now; what it answers brings that back. */
  keep(): () => void
  /** Ends at once, whatever is still under way. */
  close(): Promise<void>
}

/** The twins' own addresses follow them to where they listen now; calls that were under way have ended. */
const revive: Revive = (state, savedAt) => {
  for (const number of state.twilio.numbers) rebaseNumber(number, savedAt, state.origin)
  for (const row of state.elevenlabs.conversations) completeConversation(row)
  state.elevenlabs.textAnswers ??= []
  endInterrupted(state)
}

/**
 * Starts the twins on a loopback port (0: any free one). With `stateFile` they go on where the
 * last run with that file ended; without, they remember nothing. Rejects when the port is taken
 * or the file is not readable.
 */
export async function startTwins(options: { port: number; stateFile?: string }): Promise<Twins> {
  const closing = new AbortController()
  let world: World | undefined
  let smtp: Smtp | undefined
  // An idle connection stays for longer than anybody pauses, as at the vendors.
  const server = createServer({ keepAliveTimeout: 0 })
  server.listen(options.port, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const origin = `http://127.0.0.1:${port}`
  const close = async () => {
    closing.abort()
    await new Promise<void>((resolve) => {
      // A second call gets an error here, which says no more than that all is closed already.
      server.close(() => resolve())
      server.closeAllConnections()
    })
    await Promise.allSettled([...(world?.underWay ?? []), smtp?.close()])
  }
  try {
    const { stateFile } = options
    const opened = openWorld({ origin, stateFile, revive, signal: closing.signal })
    world = opened
    smtp = await startSmtp(opened.mailbox)
    server.on('request', createTwinsApp(opened))
    server.on('upgrade', textSockets(opened))
    return { origin, port, smtpUrl: smtp.url, keep: () => keep(opened), close }
  } catch (error) {
    await close()
    throw error
  }
}

function keep({ state, change }: World): () => void {
  const kept = structuredClone(state)
  return () => change((present) => void Object.assign(present, structuredClone(kept)))
}
