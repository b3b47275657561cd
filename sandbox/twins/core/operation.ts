import type { Request, Router } from 'express'
import { takeFault } from './faults.ts'
import type { Carrier } from './model.ts'
import { createRefusing } from './refusing.ts'
import { respond } from './respond.ts'
import { type Reply, VendorError } from './vendor-error.ts'
import { internalHeader, type World } from './world.ts'

/** What a handler gets of a request: all of it text, but for a JSON body. */
export interface Call {
  params: Record<string, string>
  query: Record<string, string>
  body: Record<string, unknown>
  /** The part of the bytes that is asked for, as the header says it. */
  range?: string | undefined
  /** As many rows as a page has at most, whatever is asked for; undefined: as the vendor has it. */
  mostRows?: number | undefined
}

/** One route of a carrier's API, under the name that its SDK gives it. */
export interface Operation {
  name: string
  method: 'get' | 'post' | 'patch' | 'delete'
  path: string
  /** The query parameters it heeds; any other is refused, so that none is taken and does nothing. */
  query?: readonly string[]
  /** The same of the fields of a form. A body of JSON is for the handler to judge. */
  form?: readonly string[]
  handle(call: Call): Reply | Promise<Reply>
}

/** What the twins must know of a carrier to serve its operations. */
export interface CarrierApi {
  carrier: Carrier
  operations: Operation[]
  /** The same of files, which no published schema describes. */
  files?: Operation[]
  /** What the webhooks are called that it sends. */
  webhooks: readonly string[]
  /** What is held over WebSockets. */
  sockets?: readonly string[]
  /** Throws a `VendorError` when the credentials are wrong. */
  authorize(req: Request): void
  /** What is answered to a parameter that means nothing here. */
  unheeded(name: string): VendorError
  /** An error reply in the carrier's format that fits the status. */
  failure(status: number): Reply
}

/**
 * Mounts every operation: counts and logs it, applies the fault it meets, checks the credentials and
 * the names of its parameters, runs it. The twins' own calls to each other are neither counted nor disturbed.
 */
export function mountOperations(world: World, router: Router, api: CarrierApi): void {
  const refusing = createRefusing(api.carrier)
  for (const operation of [...api.operations, ...(api.files ?? [])]) {
    router[operation.method](operation.path, async (req, res) => {
      const answer = {
        world,
        res,
        failure: api.failure,
        cursor: toCall(req).query.cursor,
        perform: () => perform(world, api, operation, req),
      }
      if (req.get(internalHeader) === world.internalSecret) {
        return await respond({ ...answer, fault: undefined })
      }
      if (refusing.meets(operation.name, toCall(req).query)) {
        return await respond({ ...answer, fault: refusing.fault })
      }
      count(world, api.carrier, operation.name)
      const fault = takeFault(world, api.carrier, operation.name, undefined, wordsOf(toCall(req)))
      refusing.note(fault)
      const log = world.requests[api.carrier]
      const row = log.begin({
        operation: operation.name,
        method: req.method,
        path: req.path,
        fault: fault?.kind ?? null,
      })
      res.once('close', () => log.end(row, res.writableEnded ? res.statusCode : null))
      await respond({ ...answer, fault })
      // What is withheld is in flight until the client is gone.
      if (res.writableEnded) log.end(row, res.statusCode)
    })
  }
}

async function perform(
  { state }: World,
  api: CarrierApi,
  operation: Operation,
  req: Request,
): Promise<Reply> {
  try {
    api.authorize(req)
    refuseUnheeded(api, operation, req)
    return await operation.handle({ ...toCall(req), mostRows: state.pageSize ?? undefined })
  } catch (error) {
    if (error instanceof VendorError) return error.reply
    throw error
  }
}

/** A parameter that is repeated means nothing to these APIs either. */
function refuseUnheeded(api: CarrierApi, { query = [], form }: Operation, req: Request): void {
  for (const [name, value] of Object.entries(req.query)) {
    if (!query.includes(name) || typeof value !== 'string') throw api.unheeded(name)
  }
  for (const name of form ? Object.keys(toCall(req).body) : []) {
    if (!form?.includes(name)) throw api.unheeded(name)
  }
}

/** The ids, numbers and other texts that a request names. */
function wordsOf({ params, query, body }: Call): string[] {
  const texts = [params, query, body].flatMap((each) => Object.values(each))
  return texts.filter((text) => typeof text === 'string')
}

function toCall(req: Request): Call {
  return {
    params: textsOf(req.params),
    query: textsOf(req.query),
    body: typeof req.body === 'object' && req.body !== null ? req.body : {},
    range: req.get('range'),
  }
}

/** Keeps the texts only: a repeated query parameter means nothing to these APIs. */
function textsOf(values: object): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, string] => {
      return typeof entry[1] === 'string'
    }),
  )
}

function count(world: World, carrier: Carrier, name: string): void {
  world.change(({ requests }) => {
    requests[carrier][name] = (requests[carrier][name] ?? 0) + 1
  })
}
