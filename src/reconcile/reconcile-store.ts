import { z } from 'zod'
import type { Database } from '../database/db.ts'
import type { InboundVoice } from '../phone-numbers/phone-number.ts'
import { Inside } from './database-snapshot.ts'
import { type Counts, type Finding, Report } from './report.ts'

export type ReconcileStore = ReturnType<typeof createReconcileStore>

/** What the sweep reads and records; each function is one transaction. */
export function createReconcileStore(
  db: Database,
  /** Of this server; numbers go by them. */
  options: {
    publicUrl: string
    inboundVoice: InboundVoice
    agentId: string
    /** Of numbers that are found. */
    quarantineDays: number
  },
) {
  const numberIds = z.array(z.uuid())
  return {
    /** @throws AppError public_url_changed, unless `acceptPublicUrl` */
    beginRepair: (acceptPublicUrl: boolean) =>
      db.rpc(
        'begin_repair',
        {
          p_public_url: options.publicUrl,
          p_accept: acceptPublicUrl,
          p_inbound_voice: options.inboundVoice,
          p_agent_id: options.agentId,
        },
        z.object({}),
      ),
    inside: () => db.rpc('numbers_to_reconcile', {}, Inside),
    /** Those of the SIDs that are recorded as given back, or never bought. */
    givenBack: (sids: string[]) =>
      db
        .rpc('numbers_given_back', { p_sids: sids }, z.object({ sids: z.array(z.string()) }))
        .then((reply) => reply.sids),
    adopt: (orphan: {
      /** null: it has no tag. */
      orderId: string | null
      phoneNumber: string
      country: string
      region: string | null
      areaCode: string | null
      capabilities: Record<string, boolean>
      smsStatus: string
      twilioSid: string
      boughtAt: Date | null
      isSpare: boolean
    }) =>
      db.rpc(
        'adopt_number',
        {
          p_order_id: orphan.orderId,
          p_phone_number: orphan.phoneNumber,
          p_country: orphan.country,
          p_region: orphan.region,
          p_area_code: orphan.areaCode,
          p_capabilities: orphan.capabilities,
          p_sms_status: orphan.smsStatus,
          p_twilio_phone_sid: orphan.twilioSid,
          p_bought_at: orphan.boughtAt,
          p_spare: orphan.isSpare,
          p_quarantine_days: options.quarantineDays,
        },
        z.object({
          result: z.enum(['adopted', 'nudged', 'known']),
          organization_id: z.uuid().nullable(),
        }),
      ),
    makeDue: (numberId: string, twilioSid: string) =>
      db
        .rpc(
          'make_number_due',
          { p_id: numberId, p_twilio_phone_sid: twilioSid },
          z.object({ due: z.boolean() }),
        )
        .then(({ due }) => due),
    /** @param elevenLabsPhoneId the import that is gone; null: it never had one */
    orderImport: (numberId: string, elevenLabsPhoneId: string | null) =>
      db
        .rpc(
          'order_import',
          { p_id: numberId, p_elevenlabs_phone_id: elevenLabsPhoneId },
          z.object({ ordered: z.boolean() }),
        )
        .then(({ ordered }) => ordered),
    stillDue: (ids: string[]) =>
      db
        .rpc('numbers_still_due', { p_ids: ids }, z.object({ ids: numberIds }))
        .then((reply) => reply.ids),
    /** Twilio and the database agree again about numbers that were left alone. */
    endDoubts: (ids: string[]) => db.rpc('end_mark_doubts', { p_ids: ids }, z.object({})),
    /** @returns the ids of those that were not marked before */
    markGhosts: (missing: string[], present: string[]) =>
      db
        .rpc(
          'mark_ghosts',
          { p_missing: missing, p_present: present },
          z.object({ marked: numberIds }),
        )
        .then(({ marked }) => marked),
    record: (report: {
      mode: Report['mode']
      cause: Report['cause']
      startedAt: Date
      counts: Counts
      findings: Finding[]
      /** Why the loop, which repairs, only looked. */
      refused: string | null
    }) =>
      db.rpc(
        'record_reconcile',
        {
          p_mode: report.mode,
          p_cause: report.cause,
          p_started_at: report.startedAt.toISOString(),
          p_counts: report.counts,
          p_findings: report.findings,
          p_refused: report.refused,
        },
        Report,
      ),
    /** @throws AppError report_not_found */
    last: () => db.rpc('last_reconcile', {}, Report),
  }
}
