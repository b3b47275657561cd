import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import type { SMTPServer } from 'smtp-server'
import { type Mailbox, smtpUser } from './mailbox.ts'

export interface Smtp {
  /** As SMTP_URL has it. */
  url: string
  close(): Promise<void>
}

/**
 * A server of mail on a loopback port, which delivers into the mailbox. What it is made of is loaded with the
 * first connection: of those who start it, few send any mail.
 */
export async function startSmtp(mailbox: Mailbox): Promise<Smtp> {
  const sockets = new Set<Socket>()
  const hangUp = () => {
    for (const socket of sockets) socket.destroy()
  }
  let smtp: Promise<SMTPServer> | undefined
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket)).on('error', () => {})
    if (mailbox.takeFault('connect')) return void socket.destroy()
    smtp ??= import('./smtp-server.ts').then((made) => made.createSmtpServer(mailbox, hangUp))
    smtp.then(
      ({ server: inner }) => inner.emit('connection', socket),
      () => socket.destroy(),
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `smtp://${smtpUser.name}:${smtpUser.password}@127.0.0.1:${port}`,
    async close() {
      hangUp()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}
