/** One call of one SQL function, as an SQL expression. */
export interface Question {
  name: string
  call: string
}
