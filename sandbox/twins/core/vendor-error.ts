/** What a twin answers: a status and a JSON body (none for 204), or text or bytes of their own type. */
export interface Reply {
  status: number
  body?: unknown
  /** Content type of a `body` that is text or bytes; JSON when absent. */
  type?: string
  headers?: Record<string, string>
  /** Sent in chunks, so that nobody is told how much it is. */
  isChunked?: true
}

/** Thrown by a handler to answer with an error in the vendor's own format. */
export class VendorError extends Error {
  override name = 'VendorError'
  readonly reply: Reply

  constructor(message: string, reply: Reply) {
    super(message)
    this.reply = reply
  }
}
