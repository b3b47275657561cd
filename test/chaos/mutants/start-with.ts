import type { Telephony } from '../../../src/carriers/ports.ts'
import { createTwilioClient } from '../../../src/carriers/twilio/client.ts'
import { createTwilioTelephony } from '../../../src/carriers/twilio/telephony.ts'
import { parseConfig } from '../../../src/config.ts'
import { startServer } from '../../../src/server.ts'

/** The real server, but for what `change` makes of the way it talks to Twilio. */
export async function startWith(change: (real: Telephony) => Telephony): Promise<void> {
  const config = parseConfig(process.env)
  const real = createTwilioTelephony(createTwilioClient(config.twilio))
  await startServer(config, { telephony: change(real) })
}
