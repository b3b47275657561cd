import type { z } from 'zod'

type JsonSchema = z.core.JSONSchema.BaseSchema

/** One way to fill a body in. */
interface Alternative {
  /** Fields that have to be there. */
  needs?: string[]
  /** Fields that must not be there. */
  without?: string[]
  /** What is asked of a field beyond what is always asked of it. */
  as?: Record<string, JsonSchema>
}

/**
 * How a rule about several fields of a body, which `refine` checks, stands in the document: as each way to
 * fill the body in, so that a generated client refuses what the server always would. For `meta` of an object.
 */
export function alternatives(...ways: [Alternative, ...Alternative[]]) {
  return {
    override({ jsonSchema }: { jsonSchema: JsonSchema }): void {
      const { type, properties = {}, required = [], additionalProperties } = jsonSchema
      for (const key of ['type', 'properties', 'required', 'additionalProperties'] as const)
        delete jsonSchema[key]
      jsonSchema.anyOf = ways.map(({ needs = [], without = [], as = {} }) => ({
        ...(type && { type }),
        properties: Object.fromEntries(
          Object.entries(properties).map(([name, field]) => [
            name,
            // Not only left out: a client’s type could then be both ways at once.
            without.includes(name) ? false : narrow(field, as[name]),
          ]),
        ),
        required: [...new Set([...required, ...needs])],
        ...(additionalProperties !== undefined && { additionalProperties }),
      }))
    },
  }
}

function narrow(field: z.core.JSONSchema._JSONSchema, as: JsonSchema | undefined) {
  return typeof field === 'object' && as ? { ...field, ...as } : field
}
