import { describe, expect, test } from 'vitest'
import { call, eleven, twinsForTest } from './support.ts'

/** An agent with these limits, and how a call is registered with it. */
async function aBoundedAgent(call_limits: object) {
  const twins = await twinsForTest()
  const audio = 'ulaw_8000'
  const { body } = await eleven(twins, 'POST', '/convai/agents/create', {
    conversation_config: {
      agent: { prompt: { prompt: '' } },
      asr: { user_input_audio_format: audio },
      tts: { agent_output_audio_format: audio },
    },
    platform_settings: { call_limits },
  })
  const register = () =>
    fetch(`${twins.origin}/elevenlabs/v1/convai/twilio/register-call`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'xi-api-key': 'sandbox-elevenlabs-key' },
      body: JSON.stringify({
        agent_id: body.agent_id,
        from_number: '+17785550100',
        to_number: '+16045552000',
      }),
    }).then(({ status }) => status)
  return { twins, register }
}

describe('call_limits of an agent', () => {
  test('its daily limit reached, refuse the next conversation and open none', async () => {
    const { twins, register } = await aBoundedAgent({ daily_limit: 2, bursting_enabled: false })

    expect([await register(), await register(), await register()]).toEqual([200, 200, 429])
    const state = (await call(twins, 'GET', '/control/state')).body
    expect(state.elevenlabs.conversations).toHaveLength(2)
  })

  test('as the vendor makes them, refuse nothing', async () => {
    const { register } = await aBoundedAgent({})

    expect([await register(), await register(), await register()]).toEqual([200, 200, 200])
  })

  test('of none at the same time, refuse each', async () => {
    const { register } = await aBoundedAgent({
      agent_concurrency_limit: 0,
      bursting_enabled: false,
    })

    expect(await register()).toBe(429)
  })
})
