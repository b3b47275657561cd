import express from 'express'
import { describe, expect, test } from 'vitest'
import type { Twins } from '../../sandbox/twins/twins.ts'
import { call, eleven, importOf, serverForTest, twilioClient, twinsForTest } from './support.ts'

/** One of several servers with an agent and a number of its own in the same accounts. */
async function deploymentAt(twins: Twins, phoneNumber: string) {
  const heard: string[] = []
  const app = express().use(express.urlencoded({ extended: false }), express.json())
  app.post('/:path', (req, res) => {
    heard.push(`${req.params.path} for ${req.body.To ?? req.body.called_number ?? 'a call'}`)
    if (req.params.path !== 'pre-call') return res.status(200).type('text/xml').send('<Response/>')
    const dynamic_variables = { who: phoneNumber }
    return res.json({ type: 'conversation_initiation_client_data', dynamic_variables })
  })
  const origin = await serverForTest(app)
  const settings = { auth_type: 'hmac', name: phoneNumber, webhook_url: `${origin}/post-call` }
  const { body: webhook } = await eleven(twins, 'POST', '/workspace/webhooks', { settings })
  const { body: agent } = await eleven(twins, 'POST', '/convai/agents/create', {
    conversation_config: { agent: { first_message: 'I am {{who}}' } },
    platform_settings: {
      overrides: { enable_conversation_initiation_client_data_from_webhook: true },
      workspace_overrides: {
        conversation_initiation_client_data_webhook: { url: `${origin}/pre-call` },
        webhooks: { post_call_webhook_id: webhook.webhook_id, events: ['transcript'] },
      },
    },
  })
  const smsUrl = `${origin}/sms`
  await twilioClient(twins).incomingPhoneNumbers.create({ phoneNumber, smsUrl })
  const wanted = importOf(phoneNumber, { agent_id: agent.agent_id, enable_sms: false })
  await eleven(twins, 'POST', '/convai/phone-numbers', wanted)
  return { heard, phoneNumber }
}

describe('two servers on one account', () => {
  test('texts and calls to each, reach that one alone', async () => {
    const twins = await twinsForTest()
    const deployments = [
      await deploymentAt(twins, '+16045552000'),
      await deploymentAt(twins, '+14155552000'),
    ]
    const from = '+17785550100'
    for (const { phoneNumber: to } of deployments) {
      expect((await call(twins, 'POST', '/control/sms', { from, to, body: 'Hi' })).status).toBe(200)
      const { body } = await call(twins, 'POST', '/control/calls', { from, to })
      expect(body).toMatchObject({ agentSaid: `I am ${to}`, postCall: { status: 200 } })
    }
    for (const { phoneNumber, heard } of deployments) {
      expect(heard).toEqual([
        `sms for ${phoneNumber}`,
        `pre-call for ${phoneNumber}`,
        'post-call for a call',
      ])
    }
  })
})
