import express from 'express'
import type { Twins } from '../../sandbox/twins/twins.ts'
import { call, eleven, importOf, serverForTest, twilioClient, twinsForTest } from './support.ts'

export const ourNumber = '+16045552000'
export const customer = '+17785550100'
export const variables = { organization_name: 'Premium Auto Sales', customer_name: 'Ann' }

/** One delivery of the post-call webhook. */
interface Delivered {
  signature: string
  raw: string
  // biome-ignore lint/suspicious/noExplicitAny: events are what the tests look into
  event: any
}

/**
 * An imported number with an agent that may call out, and a server that hears of its calls and
 * answers with `statuses` one by one, then 200.
 */
export async function outboundLine(
  options: {
    twins?: Twins
    prompt?: string
    events?: string[]
    statuses?: number[]
    retries?: boolean
    supportsOutbound?: boolean
  } = {},
) {
  const twins = options.twins ?? (await twinsForTest())
  const received: Delivered[] = []
  const statuses = [...(options.statuses ?? [])]
  const app = express().use(express.text({ type: () => true }))
  app.post('/post-call', (req, res) => {
    const signature = String(req.get('elevenlabs-signature'))
    received.push({ signature, raw: req.body, event: JSON.parse(req.body) })
    res.status(statuses.shift() ?? 200).send('heard')
  })
  const origin = await serverForTest(app)
  const { body: agent } = await eleven(twins, 'POST', '/convai/agents/create', {
    name: 'Jack',
    conversation_config: {
      agent: {
        first_message: 'Hi {{customer_name}}, this is Jack from {{organization_name}}.',
        prompt: { prompt: options.prompt ?? 'You call {{system__called_number}}.' },
      },
    },
  })
  const settings = { auth_type: 'hmac', name: 'calls', webhook_url: `${origin}/post-call` }
  const { body: webhook } = await eleven(twins, 'POST', '/workspace/webhooks', { settings })
  const webhookPath = `/workspace/webhooks/${webhook.webhook_id}`
  const enable = { name: 'calls', is_disabled: false, retry_enabled: options.retries ?? false }
  await eleven(twins, 'PATCH', webhookPath, enable)
  const events = options.events ?? ['transcript', 'call_initiation_failure']
  await eleven(twins, 'PATCH', '/convai/settings', {
    webhooks: { post_call_webhook_id: webhook.webhook_id, events },
  })
  await call(twins, 'POST', '/control/settings', { postCallRetryMs: 1 })
  const { sid } = await twilioClient(twins).incomingPhoneNumbers.create({ phoneNumber: ourNumber })
  const wanted = importOf(ourNumber, {
    agent_id: agent.agent_id,
    supports_outbound: options.supportsOutbound ?? true,
  })
  const { body: phone } = await eleven(twins, 'POST', '/convai/phone-numbers', wanted)
  const request = {
    agent_id: agent.agent_id as string,
    agent_phone_number_id: phone.phone_number_id as string,
    to_number: customer,
    conversation_initiation_client_data: { dynamic_variables: variables, user_id: 'call-1' },
  }

  return {
    twins,
    received,
    request,
    numberSid: sid,
    webhookPath,
    enable,
    webhookSecret: webhook.webhook_secret as string,
    /** Asks for a call, by default to the customer as soon as possible. */
    dial: async (changes: object = {}) =>
      await eleven(twins, 'POST', '/convai/twilio/outbound-call', { ...request, ...changes }),
    arrange: async (reaction: object) =>
      await call(twins, 'POST', '/control/answers', { number: customer, delayMs: 0, ...reaction }),
    conversation: async (id: string) =>
      (await eleven(twins, 'GET', `/convai/conversations/${id}`)).body,
    idle: async () => (await call(twins, 'POST', '/control/idle')).body,
    state: async () => (await call(twins, 'GET', '/control/state')).body,
  }
}
