import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { onTestFinished } from 'vitest'

const HEADER_BYTES = 12
const TYPE_A = 1
/** An answer, no error, recursion available. Source: RFC 1035, 4.1.1. */
const ANSWERED = 0x8180

/**
 * A name server that knows these IPv4 addresses of every name, and of IPv6 that there are none, or nothing at
 * all; goes with the test. @returns its address and port
 */
export async function nameServer(
  { isSilentOf }: { isSilentOf?: 'IPv6' },
  ...addresses: string[]
): Promise<string> {
  const socket = createSocket('udp4')
  socket.on('message', (asked, { port, address }) => {
    const end = asked.indexOf(0, HEADER_BYTES) + 5
    const isOfIPv4 = asked.readUInt16BE(end - 4) === TYPE_A
    if (!isOfIPv4 && isSilentOf) return
    const known = isOfIPv4 ? addresses : []
    const header = Buffer.from(asked.subarray(0, HEADER_BYTES))
    header.writeUInt16BE(ANSWERED, 2)
    header.writeUInt16BE(known.length, 6)
    header.fill(0, 8)
    const records = known.map((each) =>
      // Of the name asked for, class IN, for a minute, four bytes.
      Buffer.from([
        0xc0,
        HEADER_BYTES,
        0,
        TYPE_A,
        0,
        1,
        0,
        0,
        0,
        60,
        0,
        4,
        ...each.split('.').map(Number),
      ]),
    )
    socket.send(
      Buffer.concat([header, asked.subarray(HEADER_BYTES, end), ...records]),
      port,
      address,
    )
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  onTestFinished(() => void socket.close())
  return `127.0.0.1:${socket.address().port}`
}
