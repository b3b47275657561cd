import { isObject } from '../deep-merge.ts'
import type { JsonObject } from '../model.ts'

/** What an agent's prompt has under a name. */
export function inPrompt(config: JsonObject, name: string): unknown {
  const agent = isObject(config.agent) ? config.agent : {}
  return isObject(agent.prompt) ? agent.prompt[name] : undefined
}

/** The same, where that is a list of texts. */
export function textsUnder(config: JsonObject, name: string): string[] {
  const value = inPrompt(config, name)
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : []
}
