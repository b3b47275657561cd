/**
 * The one place that knows how arguments are named on the two sides of the door: `phoneNumber` in
 * TypeScript is `p_phone_number` in SQL. What is inside a jsonb argument keeps its own names.
 */

const sqlNames = new Map<string, string>()

/** The arguments as SQL names them; what is undefined is not given. */
export function toSqlArguments(args: object): Record<string, unknown> {
  const named: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(args)) {
    if (value !== undefined) named[sqlNameOf(name)] = value
  }
  return named
}

/** Each name is made once: there are as many as the functions have, and calls are many more. */
function sqlNameOf(name: string): string {
  let sqlName = sqlNames.get(name)
  if (sqlName === undefined) {
    sqlName = `p_${name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`
    sqlNames.set(name, sqlName)
  }
  return sqlName
}

/**
 * The name in TypeScript of an argument in SQL.
 * @throws Error for a name that would not come back as itself
 */
export function argumentNameOf(sqlName: string): string {
  const name = sqlName
    .replace(/^p_/, '')
    .replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
  if (sqlNameOf(name) !== sqlName) {
    throw new Error(`An argument is named p_ and words of letters, not ${sqlName}`)
  }
  return name
}
