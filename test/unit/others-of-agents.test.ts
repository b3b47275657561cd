import { expect, test } from 'vitest'
import { othersOf } from '../../src/carriers/elevenlabs/setup/others.ts'

const own = {
  deployment: 'aaaaaaaa',
  addresses: ['https://line.example.com'] as [string],
  initSecrets: ['secret'] as [string],
}
const OURS =
  'https://line.example.com/api/webhooks/elevenlabs/conversation-initiation?deployment=aaaaaaaa'
const unlisted = { webhooks: { post_call_webhook_id: 'wh_1', events: ['transcript' as const] } }

const agentWith = (workspace_overrides: object) =>
  ({ platform_settings: { workspace_overrides } }) as Parameters<typeof othersOf>[0]
const workspace = { settings: {}, webhooks: [] }

test('an agent, with a post-call webhook that is not listed, is somebody else’s', () => {
  expect(othersOf(agentWith(unlisted), workspace, own)).toEqual([
    expect.stringContaining('webhook wh_1'),
  ])
})

test('an agent, with a webhook of the workspace that is not listed, is somebody else’s', () => {
  const settings = unlisted as unknown as Parameters<typeof othersOf>[1]['settings']

  expect(othersOf(agentWith({}), { settings, webhooks: [] }, own)).toHaveLength(1)
})

test('an agent, whose calls are asked for here, is ours though its post-call webhook is gone', () => {
  const asked = { conversation_initiation_client_data_webhook: { url: OURS, request_headers: {} } }

  expect(othersOf(agentWith({ ...unlisted, ...asked }), workspace, own)).toEqual([])
})
