/** What a call came to: PostgREST's own terms, whichever way it went. Status 0: there was no answer. */
export interface Answer {
  data: unknown
  /** `{code, message, details, hint}`; whatever stands in between may answer any JSON. */
  error: unknown
  status: number
}

/** How long a call may take. */
export interface Bounds {
  timeoutMs: number
  /** Its caller has gone: what has not begun yet is not carried out. */
  signal?: AbortSignal | undefined
  /** Called once, when the call has no connection any more: a statement may outlast its caller's patience. */
  whenOver?: (() => void) | undefined
}

/** One way to the SQL functions. Both ways answer, and fail, alike. */
export interface Door {
  /** Calls `public.<name>`, whose arguments are named as in SQL, in one transaction. Never throws. */
  call(name: string, args: Record<string, unknown>, bounds: Bounds): PromiseLike<Answer>
  close(): Promise<void>
}
