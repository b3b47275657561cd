import { z } from 'zod'
import { type Database, withoutTurn } from '../database/db.ts'
import { allPages } from '../database/pages.ts'
import type { InboundVoice } from '../phone-numbers/phone-number.ts'
import type { Actor } from '../platform/actor.ts'
import { type Inside, InsidePage } from './database-snapshot.ts'
import { type Counts, type Finding, Report } from './report.ts'

/** As many numbers as one transaction reads well within any time-out of the database. */
const READ_AT_ONCE = 1_000

/** What a person says with a repair. */
export interface Accepted {
  acceptPublicUrl: boolean
  acceptMany: boolean
}

export type ReconcileStore = ReturnType<typeof createReconcileStore>

/**
 * What the sweep reads and records; each function is one transaction. What changes something takes whoever asked for the
 * repair, who takes a turn for its beginning alone.
 */
export function createReconcileStore(
  db: Database,
  /** Of this server; numbers go by them. */
  options: {
    publicUrl: string
    inboundVoice: InboundVoice
    agentId: string
    /** Of the Twilio token that imports are made with. */
    tokenHash: string
    /** Of numbers that are found. */
    quarantineDays: number
  },
) {
  const numberIds = z.array(z.guid())
  return {
    /**
     * @param acceptMany what carriers say is gone is so, of however many numbers
     * @throws AppError public_url_changed, unless `acceptPublicUrl`
     */
    beginRepair: (actor: Actor, { acceptPublicUrl, acceptMany }: Accepted) =>
      db.rpc(
        'begin_repair',
        {
          actor,
          publicUrl: options.publicUrl,
          accept: acceptPublicUrl,
          acceptMany,
          inboundVoice: options.inboundVoice,
          agentId: options.agentId,
          tokenHash: options.tokenHash,
        },
        z.object({}),
      ),
    /** In parts: each finding is confirmed before anything comes of it, so they need not be of one moment. */
    async inside(): Promise<Inside> {
      const inside: Inside = { deployment: '', numbers: [] }
      const pages = allPages((cursor) =>
        db.rpc('numbers_to_reconcile', { limit: READ_AT_ONCE, cursor }, InsidePage),
      )
      for await (const { deployment, numbers } of pages) {
        inside.deployment = deployment
        inside.numbers.push(...numbers)
      }
      return inside
    },
    /** Those of the SIDs that are recorded as released, or never bought. */
    released: (sids: string[]) =>
      db
        .rpc('released_numbers', { sids }, z.object({ sids: z.array(z.string()) }))
        .then((reply) => reply.sids),
    adopt: (
      actor: Actor,
      orphan: {
        /** null: it has no tag. */
        orderId: string | null
        phoneNumber: string
        country: string
        region: string | null
        areaCode: string | null
        capabilities: Record<string, boolean>
        smsStatus: string
        twilioPhoneSid: string
        boughtAt: Date | null
        spare: boolean
      },
    ) =>
      db.rpc(
        'adopt_number',
        { actor, ...orphan, quarantineDays: options.quarantineDays },
        z.object({
          result: z.enum(['adopted', 'nudged', 'known']),
          organization_id: z.guid().nullable(),
        }),
        withoutTurn,
      ),
    makeDue: (actor: Actor, id: string, twilioPhoneSid: string) =>
      db
        .rpc(
          'make_number_due',
          { actor, id, twilioPhoneSid },
          z.object({ due: z.boolean() }),
          withoutTurn,
        )
        .then(({ due }) => due),
    /** @param elevenlabsPhoneId the import that is gone; null: it never had one */
    orderImport: (actor: Actor, id: string, elevenlabsPhoneId: string | null) =>
      db.rpc(
        'order_import',
        { actor, id, elevenlabsPhoneId },
        z.object({ ordered: z.boolean(), held: z.boolean() }),
        withoutTurn,
      ),
    stillDue: (ids: string[]) =>
      db.rpc('numbers_still_due', { ids }, z.object({ ids: numberIds })).then((reply) => reply.ids),
    /** Twilio and the database agree again about numbers that were left alone. */
    endDoubts: (actor: Actor, ids: string[]) =>
      db.rpc('end_mark_doubts', { actor, ids }, z.object({}), withoutTurn),
    /** @returns the ids of those that were not marked before */
    markGhosts: (actor: Actor, missing: string[], present: string[]) =>
      db
        .rpc(
          'mark_ghosts',
          { actor, missing, present },
          z.object({ marked: numberIds }),
          withoutTurn,
        )
        .then(({ marked }) => marked),
    /** The orders of these numbers that wait for a person go on, without anybody being told yet. */
    recheckOrders: (actor: Actor, ids: string[]) =>
      ids.length === 0
        ? Promise.resolve()
        : db
            .rpc('recheck_orders', { actor, ids }, z.object({ orders: z.int() }), withoutTurn)
            .then(() => {}),
    /** One order of these numbers, which ElevenLabs does not have, tries the import once more; the others follow it. */
    tryStoppedImport: (actor: Actor, ids: string[]) =>
      ids.length === 0
        ? Promise.resolve()
        : db
            .rpc('try_stopped_import', { actor, ids }, z.object({ orders: z.int() }), withoutTurn)
            .then(() => {}),
    /** One order, that a carrier's answer stopped before it had bought, is tried once more; the others follow it. */
    tryStoppedPurchase: (actor: Actor) =>
      db
        .rpc('try_stopped_purchase', { actor }, z.object({ orders: z.int() }), withoutTurn)
        .then(() => {}),
    record: (report: {
      mode: Report['mode']
      cause: Report['cause']
      startedAt: Date
      counts: Counts
      findings: Finding[]
      /** Why the loop, which repairs, only looked. */
      refused: string | null
    }) => db.rpc('record_reconcile', report, Report),
    /** Tells a person that a sweep could not read what a carrier lists; null: the latest one could. */
    async reportUnread(error: string | null): Promise<void> {
      await db.rpc('report_sweep_unread', { error }, z.object({}))
    },
    /** @throws AppError report_not_found */
    last: () => db.rpc('last_reconcile', {}, Report),
  }
}
