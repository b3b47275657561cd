const variable = /\{\{([^{}]*)\}\}/g

/** The names, each once, that stand as `{{name}}` in the texts of a JSON value; spaces around them do not count. */
export function variablesIn(value: unknown): string[] {
  const names = textsIn(value).flatMap((text) =>
    [...text.matchAll(variable)].map(([, name = '']) => name.trim()),
  )
  return [...new Set(names)]
}

export function inBraces(name: string): string {
  return `{{${name}}}`
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(textsIn)
}
