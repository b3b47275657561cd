import type { EventType } from '../../src/events/event.ts'
import examples from '../../src/http/openapi/examples/event-data.json' with { type: 'json' }

/** What SQL may store of a type, as the document shows it. */
export function exampleFacts(type: EventType): Record<string, unknown> {
  return examples[type]
}
