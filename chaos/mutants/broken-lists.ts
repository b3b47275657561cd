import { type Carrier, CarrierError } from '../../src/carriers/ports/carrier-error.ts'
import type { WholeList } from '../../src/carriers/ports/pages.ts'
import type { ChangeTelephony, ChangeVoiceAgents } from '../variant.ts'

/** What both carriers tell of numbers: all, page by page, and one. */
interface Lists<Row> {
  listNumbers(about: WholeList): AsyncIterable<Row[]>
  getNumber(id: string): Promise<Row>
}

/** Breaks how the lists of one carrier are read. */
type Break = <Row>(real: Lists<Row>, of: Of<Row>) => Lists<Row>

interface Of<Row> {
  carrier: Carrier
  idOf: (row: Row) => string
}

/** Takes a list at its word, whatever a closer look shows: what it lacks is gone. */
const believed: Break = (real, { carrier, idOf }) => {
  const known = new Set<string>()
  const gone = new Set<string>()
  return {
    async *listNumbers(about) {
      const missing = new Set(known)
      for await (const page of real.listNumbers(about)) {
        for (const id of page.map(idOf)) {
          missing.delete(id)
          known.add(id)
        }
        yield page
      }
      gone.clear()
      for (const id of missing) gone.add(id)
    },
    async getNumber(id) {
      if (gone.has(id)) throw new CarrierError(carrier, 'getNumber', 'not_found', 'not on the list')
      known.add(id)
      return real.getNumber(id)
    },
  }
}

/** Takes what a list had given before it failed, for all of it. */
const cutOff: Break = (real, of) =>
  believed(
    {
      ...real,
      async *listNumbers(about) {
        try {
          yield* real.listNumbers(about)
        } catch (error) {
          if (!(error instanceof CarrierError)) throw error
        }
      },
    },
    of,
  )

/** More pages than a plan has numbers. */
const ENOUGH = 50

/** Asks for so many pages, and takes what is on them for all there is. */
const hasty: Break = (real, of) =>
  believed(
    {
      ...real,
      async *listNumbers(about) {
        let pages = 0
        for await (const page of real.listNumbers(about)) {
          yield page
          pages += 1
          if (pages >= ENOUGH) return
        }
      },
    },
    of,
  )

/** Takes a number for gone once the carrier has refused to tell of it, whatever for. */
const resigned: Break = (real, { carrier, idOf }) => {
  const gone = new Set<string>()
  return {
    async *listNumbers(about) {
      for await (const page of real.listNumbers(about)) {
        yield page.filter((row) => !gone.has(idOf(row)))
      }
    },
    async getNumber(id) {
      try {
        if (!gone.has(id)) return await real.getNumber(id)
      } catch (error) {
        if (!(error instanceof CarrierError) || error.outcomeUnknown) throw error
        gone.add(id)
      }
      throw new CarrierError(carrier, 'getNumber', 'not_found', 'refused once')
    },
  }
}

const atTwilio =
  (breakLists: Break): ChangeTelephony =>
  (real) => ({ ...real, ...breakLists(real, { carrier: 'twilio', idOf: ({ sid }) => sid }) })

const atElevenLabs =
  (breakLists: Break): ChangeVoiceAgents =>
  (real) => ({ ...real, ...breakLists(real, { carrier: 'elevenlabs', idOf: ({ id }) => id }) })

const both = (breakLists: Break) => ({
  twilio: { telephony: atTwilio(breakLists) },
  elevenlabs: { voiceAgents: atElevenLabs(breakLists) },
})

/** A product that reads the lists of a carrier in that way. */
export const believing = both(believed)
export const contented = both(cutOff)
export const stoppingEarly = both(hasty)
export const resigning = both(resigned)
