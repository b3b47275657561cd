import { accountSid, authToken, call } from '../support.ts'
import { busyWorld, customer, ourNumber } from './busy-world.ts'

/** The busy world, with rows that differ in what lists are asked for: few enough for one page each. */
export async function variedWorld() {
  const world = await busyWorld()
  const { twins, twilio, elevenlabs, idle } = world
  for (const [areaCode, count] of [
    ['604', 120],
    ['778', 120],
    ['416', 3],
  ]) {
    await call(twins, 'POST', '/control/stock', { areaCode, count })
  }
  const old = { from: customer, to: ourNumber, at: '2020-06-01T12:00:00Z' }
  await call(twins, 'POST', '/control/sms', { ...old, body: 'Long ago' })
  await call(twins, 'POST', '/control/calls', { ...old, says: ['Long ago'] })
  const twiml = '<Response><Dial>+16045550199</Dial></Response>'
  await twilio.client.calls.create({ to: customer, from: ourNumber, twiml })
  await idle()

  const phoneNumber = '+17785552101'
  await twilio.client.incomingPhoneNumbers.create({ phoneNumber })
  const { agents } = await elevenlabs.client.conversationalAi.agents.list({ search: 'Jill' })
  await elevenlabs.client.conversationalAi.phoneNumbers.create({
    provider: 'twilio',
    phoneNumber,
    label: 'Another line',
    sid: accountSid,
    token: authToken,
    agentId: String(agents[0]?.agentId),
    enableSms: false,
    supportsOutbound: false,
  })
  for (const name of ['call', 'mail']) {
    const apiSchema = { url: `https://example.test/${name}`, method: 'POST' as const }
    const toolConfig = { type: 'webhook' as const, name, description: name, apiSchema }
    await elevenlabs.client.conversationalAi.tools.create({ toolConfig })
  }
  return world
}
