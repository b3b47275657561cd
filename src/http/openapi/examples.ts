import type { Route } from '../route.ts'
import agents from './examples/agents.json' with { type: 'json' }
import calls from './examples/calls.json' with { type: 'json' }
import customers from './examples/customers.json' with { type: 'json' }
import events from './examples/events.json' with { type: 'json' }
import health from './examples/health.json' with { type: 'json' }
import keysAndMembers from './examples/keys-and-members.json' with { type: 'json' }
import numbers from './examples/numbers.json' with { type: 'json' }
import operators from './examples/operators.json' with { type: 'json' }
import organizations from './examples/organizations.json' with { type: 'json' }
import texts from './examples/texts.json' with { type: 'json' }
import webhooks from './examples/webhooks.json' with { type: 'json' }

/** What a route is sent, and by status and type what it answers. */
interface Examples {
  request?: unknown
  [status: `${number}`]: Record<string, unknown>
}

const examples: Record<string, Examples> = {
  ...agents,
  ...calls,
  ...customers,
  ...events,
  ...health,
  ...keysAndMembers,
  ...numbers,
  ...operators,
  ...organizations,
  ...texts,
  ...webhooks,
}

/** An example of what the route is sent, as a media type has it. */
export function sentExample({ operationId }: Route): { example?: unknown } {
  const { request } = examples[operationId] ?? {}
  return request === undefined ? {} : { example: request }
}

/** An example of what the route answers. */
export function answerExample(
  { operationId }: Route,
  status: string,
  type: string,
): { example?: unknown } {
  const answer = examples[operationId]?.[status as `${number}`]?.[type]
  return answer === undefined ? {} : { example: answer }
}
