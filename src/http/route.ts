import type { Readable } from 'node:stream'
import type { z } from 'zod'
import type { ProblemCode } from '../platform/errors.ts'
import type { Logger } from '../platform/logger.ts'
import type { KeyPrincipal, KeyScope, Principal } from './principal.ts'

/**
 * Who may call a route.
 * - public: anybody; must not spend money or read data
 * - signup: any user who is not anonymous, or an operator
 * - member: any user or an operator, and keys where the route has a scope; the SQL function behind
 *   it checks the membership
 * - admin: operators
 * - twilio: requests with a valid X-Twilio-Signature
 * - elevenlabs: requests with our secret in X-Orgline-Secret
 * - elevenlabs_signed: requests with a valid ElevenLabs-Signature over their raw body
 */
export type Guard =
  | 'public'
  | 'signup'
  | 'member'
  | 'admin'
  | 'twilio'
  | 'elevenlabs'
  | 'elevenlabs_signed'

interface PrincipalOf {
  public: undefined
  signup: Exclude<Principal, KeyPrincipal>
  member: Principal
  admin: Principal & { kind: 'admin' }
  twilio: undefined
  elevenlabs: undefined
  elevenlabs_signed: undefined
}

type Parsed<S> = S extends z.ZodType ? z.output<S> : undefined

interface RouteInput<G extends Guard, P, Q, B> {
  principal: PrincipalOf[G]
  params: Parsed<P>
  query: Parsed<Q>
  body: Parsed<B>
  requestId: string
  /** The header Accept asks for CSV rather than for JSON. */
  prefersCsv: boolean
  /** Of a change of what is versioned: one of these it must be as it is changed; null: any. */
  versions: string[] | null
  /** An id for what this request creates; the same for every repeat under one Idempotency-Key. */
  effectId: string
  /** It came under an Idempotency-Key: whoever asks for the same under another wants it twice. */
  hasKey: boolean
  /** The header Last-Event-ID: the last id that a client has read of a stream of events. */
  lastEventId: string | undefined
  /** Of a route that answers with bytes: which of them, and to whom. */
  transfer: Transfer
  log: Logger
}

/** How somebody asks for bytes. */
export interface Transfer {
  /** The header Range; undefined: all of them, or only the head of the answer. */
  range: string | undefined
  /** The head of the answer alone. */
  isHead: boolean
  /** Aborts when whoever asked has gone, or has everything. */
  ended: AbortSignal
}

/**
 * What a handler answers; `body` is sent as JSON, a string as XML or as what `type` says, a stream as
 * the JSON it yields, or as events; where there are `bytes`, they are the whole answer.
 */
export interface Reply {
  status: number
  body: unknown
  type?: 'csv' | 'events'
  /** Of a stream: once it aborts, what has not been read by then is not sent any more. */
  until?: AbortSignal
  /** Sent as they come, with these headers; null: none, the headers are the answer. */
  bytes?: { headers: Record<string, string>; body: Readable | null }
  /** Of what is shown, told as its ETag. */
  version?: string
  /**
   * Not kept under an Idempotency-Key: a repeat runs anew, and finds the effect by `effectId`. The key
   * stays that of this request all the same.
   */
  isProvisional?: true
  /** Whose it is. Kept under an Idempotency-Key it is told again only to users who have the route's role there. */
  organizationId?: string
  /** What is kept instead of the body, where that shows what is shown once. */
  keptBody?: unknown
}

export interface RouteDefinition<G extends Guard, P, Q, B> {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete'
  /** Express pattern without anything but `:name` parts. */
  path: string
  /** What generated clients call it: a verb and what it is done to. */
  operationId: string
  guard: G
  /** What a key must be allowed to do here; a route without it refuses keys. */
  scope?: G extends 'member' ? KeyScope : never
  summary: string
  params?: P
  query?: Q
  body?: B
  /** Without a body it does the usual: there is nothing in `{}` that somebody could have left out. */
  hasOptionalBody?: true
  /** Its texts may be long: 50,000 characters, which take six bytes each where they are escaped. */
  hasLongBody?: true
  /**
   * Balancers ask it, perhaps from the address of a flood: its answer costs no more than a refusal,
   * and a refusal would take this server out of service. So nothing limits it.
   */
  isProbe?: G extends 'public' ? true : never
  /**
   * Honours the Idempotency-Key header. Users are told again only what `replyOf` answered. true: a repeat whose answer was
   * lost finds what it did by `effectId`; 'marked': the transaction that writes it into the audit log marks the key, so that
   * such a repeat is refused. For what one transaction does, and what can be undone meanwhile.
   */
  idempotent?: true | 'marked'
  /** Takes something away, and never twice: not refused because so many new Idempotency-Keys came. */
  takesAway?: true
  /** JSON schema of each successful answer, or 'xml', or 'bytes', or 'events' for a stream of them. */
  replies: Record<number, z.ZodType | 'xml' | 'bytes' | 'events'>
  /**
   * Whatever shows it, a GET or a change, tells its version as a strong ETag; what changes or removes it
   * heeds If-Match.
   */
  versioned?: true
  /** Where what a 201 tells of can be read: its path, by the answer's body and the route's parameters. */
  location?(body: never, params: P extends z.ZodObject ? z.output<P> : undefined): string
  /** Answers as CSV too, where that is asked for. */
  csv?: true
  /** The problems a caller of this route can meet, besides those every route of its guard has. */
  problems?: ProblemCode[]
  handle(input: RouteInput<G, P, Q, B>): Promise<Reply>
}

/** Any route, as the table and the mounting see it: input parsed by its own schemas. */
export type Route = RouteDefinition<
  Guard,
  z.ZodObject | undefined,
  z.ZodObject | undefined,
  z.ZodType | undefined
>

/** Defines one endpoint; path, guard, schemas and answers in one place, so none can drift. */
export function route<
  G extends Guard,
  P extends z.ZodObject | undefined = undefined,
  Q extends z.ZodObject | undefined = undefined,
  B extends z.ZodType | undefined = undefined,
>(definition: RouteDefinition<G, P, Q, B>): Route {
  // The handler's input is made by this route's own guard and schemas (mount.ts), so the types match.
  return definition as unknown as Route
}

/** Whether it answers with a stream of events. */
export function isStream({ replies }: Pick<Route, 'replies'>): boolean {
  return Object.values(replies).includes('events')
}

/** Whether it answers with bytes that a carrier keeps. */
export function hasBytes({ replies }: Pick<Route, 'replies'>): boolean {
  return Object.values(replies).includes('bytes')
}

/** Whether those who use the API call it, with a token; webhooks and probes come from elsewhere. */
export function isForClients({ guard }: Pick<Route, 'guard'>): boolean {
  return ['signup', 'member', 'admin'].includes(guard)
}

/** What a user must be in the organization for it; an admin may do all that a member may. */
export type Role = 'admin' | 'member'

export function roleOf({ problems }: Pick<Route, 'problems'>): Role {
  return problems?.includes('role_required') ? 'admin' : 'member'
}

export function reply(status: number, body: unknown): Reply {
  return { status, body }
}

/** As `reply`, of an organization: a repeat is told it as long as its user has the route's role there. Null: of none. */
export function replyOf(organizationId: string | null, status: number, body: unknown): Reply {
  return { status, body, ...(organizationId !== null && { organizationId }) }
}

/** What is read, or was changed, and its version. */
export function replyVersion(body: unknown, version: string, status = 200): Reply {
  return { status, body, version }
}

/** Server-sent events, for as long as `body` goes on. */
export function replyEvents(body: Readable, until: AbortSignal): Reply {
  return { status: 200, body, type: 'events', until }
}

/** Bytes with what is said of them; null: their head alone. */
export function replyBytes(
  status: 200 | 206,
  headers: Record<string, string>,
  body: Readable | null,
): Reply {
  return { status, body: null, bytes: { headers, body } }
}

export function replyCsv(body: string): Reply {
  return { status: 200, body, type: 'csv' }
}
