import type { World } from '../core/world.ts'
import { isObject } from './deep-merge.ts'
import type { ConversationRow, JsonObject } from './model.ts'

const NO_MORE_CALLS = /\b(?:do not|don't|never|stop)\b.*\bcall/i

/**
 * What the agent of a conversation was to note of it. A boolean is true where somebody has said that
 * they want no more calls, whatever it is called; nothing else is understood.
 */
export function collectedData(world: World, row: ConversationRow, says: string[]): JsonObject {
  const agent = world.state.elevenlabs.agents.find((each) => each.agent_id === row.agent_id)
  const wanted = agent?.platform_settings.data_collection
  if (!isObject(wanted)) return {}
  const said = says.find((text) => NO_MORE_CALLS.test(text))
  const results = Object.entries(wanted).map(([id, schema]) => {
    const isBoolean = isObject(schema) && schema.type === 'boolean'
    const value = isBoolean ? said !== undefined : null
    return [id, { data_collection_id: id, value, rationale: said ?? '', json_schema: schema }]
  })
  return Object.fromEntries(results)
}
