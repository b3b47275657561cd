import type { z } from 'zod'
import type { Operation } from '../core/operation.ts'
import type { World } from '../core/world.ts'
import { elevenLabsError, parseBody } from './errors.ts'
import type { JsonObject } from './model.ts'
import { SettingsUpdate } from './settings-schema.ts'

const path = '/v1/convai/settings'

/** The settings of the workspace; a PATCH replaces the top-level keys it names. */
export function settingsOperations(world: World): Operation[] {
  return [
    {
      name: 'settings.get',
      method: 'get',
      path,
      handle: () => ({ status: 200, body: world.state.elevenlabs.settings }),
    },
    {
      name: 'settings.update',
      method: 'patch',
      path,
      handle({ body }) {
        const update = parseBody(SettingsUpdate, body)
        checkWebhook(world, update.webhooks)
        world.change(({ elevenlabs }) => Object.assign(elevenlabs.settings, update))
        return { status: 200, body: world.state.elevenlabs.settings }
      },
    },
  ]
}

/**
 * The settings that hold for an agent: its own `workspace_overrides`, else the workspace's.
 * `undefined` where neither is set.
 */
export function settingFor<T>(options: {
  world: World
  agent: { platform_settings: JsonObject }
  key: 'conversation_initiation_client_data_webhook' | 'webhooks'
  schema: z.ZodType<T>
}): T | undefined {
  const { world, agent, key, schema } = options
  const own = agent.platform_settings.workspace_overrides as JsonObject | null | undefined
  const value = own?.[key] ?? world.state.elevenlabs.settings[key]
  return schema.nullish().parse(value) ?? undefined
}

/** Refuses a post-call webhook that the workspace does not have, for itself as for an agent. */
export function checkWebhook(
  world: World,
  settings: { post_call_webhook_id?: unknown } | null | undefined,
): void {
  const id = settings?.post_call_webhook_id
  if (typeof id !== 'string') return
  if (world.state.elevenlabs.webhooks.some((each) => each.webhook_id === id)) return
  throw elevenLabsError(422, 'webhook_not_found', `Webhook with id ${id} not found`)
}
