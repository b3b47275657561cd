import { z } from 'zod'
import type { CreateDocumentOptions } from 'zod-openapi'

/**
 * How schemas are written. What an answer holds may grow, so its objects are open; what a request holds
 * may not be misspelt, so its objects are closed. A record of known keys names each as a property:
 * generators and linters look for what is required among those. Examples of what is sent are told.
 */
export const schemaStyle: CreateDocumentOptions = {
  override({ jsonSchema, zodSchema, io }) {
    // The library leaves out the examples of what is transformed, which may be of what comes out; ours
    // are of what goes in.
    const examples = z.globalRegistry.get(zodSchema)?.examples
    if (io === 'input' && Array.isArray(examples)) jsonSchema.examples = examples
    const { propertyNames, additionalProperties, required } = jsonSchema
    if (required && typeof propertyNames === 'object' && additionalProperties !== undefined) {
      jsonSchema.properties = Object.fromEntries(required.map((key) => [key, additionalProperties]))
      jsonSchema.additionalProperties = false
      delete jsonSchema.propertyNames
    }
    if (io === 'output' && jsonSchema.additionalProperties === false)
      delete jsonSchema.additionalProperties
  },
}

/**
 * The document without what the library leaves beside `allOf` and `$ref`: a schema that is closed
 * there refuses every property of what it is made of.
 */
export function openWholes<T extends object>(document: T): T {
  return JSON.parse(JSON.stringify(document), (_key, value) => {
    const isWhole = value?.allOf ?? value?.$ref
    if (isWhole && value.additionalProperties === false) delete value.additionalProperties
    return value
  })
}
