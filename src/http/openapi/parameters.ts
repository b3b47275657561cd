// biome-ignore lint/suspicious/noExplicitAny: the document is changed here as what it is, plain JSON
type Json = any

/**
 * The document with what a parameter's schema says of it at the parameter too, where readers and
 * generators look for it: its description, and an example. The library leaves out what stands within
 * an optional schema. Of a few words the first is an example; else what holds without the parameter.
 */
export function withDescribedParameters<T extends { paths?: object }>(document: T): T {
  for (const operations of Object.values(document.paths ?? {}))
    for (const { parameters = [] } of Object.values<Json>(operations))
      for (const parameter of parameters) describe(parameter)
  return document
}

function describe(parameter: Json): void {
  const { description, examples = [], enum: words = [], default: usual } = parameter.schema
  parameter.description ??= description
  parameter.example ??= examples[0] ?? words[0] ?? usual ?? undefined
}
