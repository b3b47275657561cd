import { createHash, randomUUID } from 'node:crypto'
import type { Request } from 'express'
import { z } from 'zod'
import type { Database } from '../database/db.ts'
import { type Attempt, askerOf } from '../platform/actor.ts'
import { AppError, toError } from '../platform/errors.ts'
import { actorOf, type Principal } from './principal.ts'
import { loggerOf } from './request-context.ts'
import type { Reply, Role } from './route.ts'

/** What a request asks for. Whoever may not is refused before its key is written down. */
interface About {
  /** As far as the request says so. */
  organizationId: string | undefined
  agentId: string | undefined
  role: Role
  /** It runs even where the caller may have no more keys, and no answer is kept. */
  takesAway: boolean
  /** Its effect marks the key: a repeat without an answer is refused. */
  isMarked: boolean
}

export interface Idempotency {
  /**
   * Runs `work` once per Idempotency-Key of this caller; without the header, just runs it. The id
   * that `work` gets is the same for every repeat of a request under one key: should the answer of
   * its effect be lost, or its process die, the repeat finds the effect and does not make another.
   * What is marked gets the attempt for that.
   */
  run(
    req: Request,
    principal: Principal,
    about: About,
    work: (effectId: string, attempt?: Attempt) => Promise<Reply>,
  ): Promise<Reply>
}

const Begun = z.discriminatedUnion('result', [
  z.object({ result: z.literal('run'), token: z.guid() }),
  z.object({ result: z.literal('replay'), status: z.int(), body: z.unknown() }),
])

const Finished = z.object({ finished: z.boolean() })

/** `leaseMs`: how long a run may take before its key is free for another try. */
export function createIdempotency(db: Database, leaseMs: number): Idempotency {
  return {
    async run(req, principal, { organizationId, agentId, role, takesAway, isMarked }, work) {
      // A structured field is a string in quotes; without them it is the same key.
      const key = req.get('idempotency-key')?.replace(/^"(.*)"$/, '$1')
      if (key === undefined) return work(randomUUID())
      if (!/^[\x21-\x7E]{1,255}$/.test(key)) {
        throw new AppError(
          'validation_failed',
          'The header Idempotency-Key must have 1 to 255 visible ASCII characters',
        )
      }
      const scope = { owner: ownerOf(principal), key }
      // A slash at its end leads to the same route.
      const requestHash = hashOf([req.method, req.path.replace(/\/$/, ''), req.body])
      const begun = await db
        .rpc(
          'begin_idempotent_request',
          {
            ...scope,
            requestHash,
            leaseSeconds: Math.ceil(leaseMs / 1_000),
            organizationId: organizationId ?? null,
            keyId: principal.kind === 'key' ? principal.keyId : null,
            agentId: agentId ?? null,
            role,
            isMarked,
          },
          Begun,
          // To end it takes no turn: what was begun must not be left open because others ask for much.
          { asker: askerOf(actorOf(principal)) },
        )
        .catch((thrown: unknown) => {
          const isFull = thrown instanceof AppError && thrown.code === 'daily_changes_reached'
          if (takesAway && isFull) return undefined
          throw thrown
        })
      if (!begun) return work(randomUUID())
      if (begun.result === 'replay') return { status: begun.status, body: begun.body }

      const lease = { ...scope, token: begun.token }
      const end = (reply: Reply | null) =>
        reply?.isProvisional
          ? db.rpc('keep_idempotency_key', lease, Finished)
          : db.rpc(
              'finish_idempotent_request',
              {
                ...lease,
                replyStatus: reply?.status ?? null,
                replyBody: reply?.keptBody ?? reply?.body ?? null,
                organizationId: reply?.organizationId ?? null,
                role,
              },
              Finished,
            )
      const finish = (reply: Reply | null) =>
        end(reply).catch((thrown: unknown) =>
          loggerOf(req).warn(
            { err: toError(thrown) },
            'idempotency key not finished; its lease frees it',
          ),
        )
      try {
        const effectId = uuidOf(hashOf([scope.owner, key, requestHash]))
        const reply = await work(effectId, isMarked ? lease : undefined)
        await finish(reply)
        return reply
      } catch (error) {
        await finish(null)
        throw error
      }
    },
  }
}

function ownerOf(principal: Principal): string {
  if (principal.kind === 'admin') return `admin:${principal.name}`
  // The organization's, so that a repeat is one also when the key was replaced in between.
  if (principal.kind === 'key') return `organization:${principal.organizationId}`
  return `user:${principal.userId}`
}

function hashOf(parts: unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex')
}

/** The first 128 bits as a UUID of version 8, which is for uses like this (RFC 9562). */
function uuidOf(hash: string): string {
  return hash.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-8$3-8$4-$5')
}
