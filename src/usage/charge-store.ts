import { z } from 'zod'
import type { CarrierCharge, NumberPrices } from '../carriers/ports/billing.ts'
import type { Database } from '../database/db.ts'
import { allPages } from '../database/pages.ts'

const Due = z.object({
  list_from: z.coerce.date().nullable(),
  list_to: z.string(),
  countries: z.array(z.string()),
})

const Done = z.object({})

const Priced = z.object({ next_cursor: z.guid().nullable() })

/** As many numbers as one transaction prices well within any time-out of the database. */
const PRICED_AT_ONCE = 1_000

export type ChargeStore = ReturnType<typeof createChargeStore>

/** Keeps what carriers charge. `defaultNumber`: one that organizations without their own call from. */
export function createChargeStore(db: Database, defaultNumber: string | undefined) {
  return {
    /** Since when charges are to be listed, and the countries whose numbers are to be priced. */
    due: (allCountries: boolean) => db.rpc('charges_to_list', { allCountries }, Due),
    record: (charges: CarrierCharge[]) =>
      db.rpc(
        'record_carrier_charges',
        { charges: charges.map(toRow), defaultNumber: defaultNumber ?? null },
        z.object({ recorded: z.int() }),
      ),
    recordListed: (to: string) => db.rpc('record_charges_listed', { to }, Done),
    /** Of all numbers of the country, so many at a time. */
    async recordNumberPrices(country: string, { local, tollFree }: NumberPrices): Promise<void> {
      const prices = { country, local, tollFree, limit: PRICED_AT_ONCE }
      const parts = allPages((cursor) =>
        db.rpc('record_number_prices', { ...prices, cursor }, Priced),
      )
      for await (const _part of parts);
    },
  }
}

function toRow(charge: CarrierCharge) {
  return {
    sid: charge.sid,
    kind: charge.kind,
    direction: charge.direction,
    our_number: charge.direction === 'inbound' ? charge.to : charge.from,
    happened_at: charge.happenedAt.toISOString(),
    is_counted: charge.isCounted,
    units: charge.units,
    price: charge.price,
    parent_sid: charge.parentSid,
  }
}
