/** One call of one SQL function, as an SQL expression. */
export interface Question {
  name: string
  call: string
}

/** Who asks, where nobody else is meant. */
export const OPERATOR = `'{"kind": "operator", "name": "bench"}'`
