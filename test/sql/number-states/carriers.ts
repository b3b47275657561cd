import { randomUUID } from 'node:crypto'

/** A number that the carrier lets us pay for. */
export interface Line {
  phoneNumber: string
  sid: string
  /** Its friendlyName; empty for one bought manually. */
  tag: string
  /** An agent answers its calls; otherwise our own route does. */
  isAnswered: boolean
}

const STOCK = ['604', '604', '604', '604', '778', '778', '416', '416'].map(
  (areaCode, index) => `+1${areaCode}555${1000 + index}`,
)

/** The carriers' own truth, kept beside the database: what is paid for, and how it is set up. */
export function createCarrierState() {
  const lines = new Map<string, Line>()
  const imports = new Map<string, string>()
  const asked = new Set<string>()
  const underway: { tag: string; phoneNumber: string }[] = []
  /** Bought after the order had stopped waiting, so that it may rightly have bought another. */
  const lateSids = new Set<string>()
  const removed = new Set<string>()
  const lost = new Set<string>()
  /** Pointed at an agent by a person, and by nobody since. */
  const manual = new Set<string>()
  const foreign = new Set<string>()

  function own(phoneNumber: string, tag: string): Line {
    const line = { phoneNumber, sid: `PN${randomUUID()}`, tag, isAnswered: false }
    lines.set(phoneNumber, line)
    return line
  }

  return {
    lines,
    imports,
    removed,
    lost,
    manual,
    lateSids,
    own,
    forSale: (areaCode: string | null) =>
      STOCK.filter((number) => !lines.has(number) && !foreign.has(number)).sort(
        (a, b) => Number(isIn(b, areaCode)) - Number(isIn(a, areaCode)),
      ),
    /** One request to buy reaches the carrier: no order may ever send two for one number. */
    ask(tag: string, phoneNumber: string): void {
      const request = `${tag} ${phoneNumber}`
      if (asked.has(request)) throw new Error(`a second purchase was sent: ${request}`)
      asked.add(request)
      for (const line of lines.values()) {
        if (line.tag === tag && !lateSids.has(line.sid))
          throw new Error(`${tag} has bought ${line.phoneNumber} and asks for ${phoneNumber}`)
      }
    },
    /** The request was refused before anything happened, so it may be sent again. */
    forget: (tag: string, phoneNumber: string) => asked.delete(`${tag} ${phoneNumber}`),
    /** A request whose answer is lost and that is carried out later, or never. */
    delay: (tag: string, phoneNumber: string) => underway.push({ tag, phoneNumber }),
    arrive(): void {
      const request = underway.shift()
      if (!request || lines.has(request.phoneNumber)) return
      lateSids.add(own(request.phoneNumber, request.tag).sid)
    },
    sellElsewhere: (phoneNumber: string) => foreign.add(phoneNumber),
    import(phoneNumber: string): string {
      const id = imports.get(phoneNumber) ?? `phnum_${randomUUID()}`
      imports.set(phoneNumber, id)
      return id
    },
    /** A worker of ours has calls answered by an agent, or by us. */
    point(phoneNumber: string, isAnswered: boolean): void {
      const line = lines.get(phoneNumber)
      if (line) line.isAnswered = isAnswered
      manual.delete(phoneNumber)
    },
    /** A person imports it in the dashboard, which points its calls at an agent. */
    manualImport(phoneNumber: string): void {
      const line = lines.get(phoneNumber)
      if (line) line.isAnswered = true
      manual.add(phoneNumber)
    },
    /** Somebody removes it at the carrier; that it is missing is for the sweep to find. */
    lose(line: Line): void {
      lines.delete(line.phoneNumber)
      lost.add(line.sid)
    },
    remove(phoneNumber: string, sid: string): void {
      if (lines.get(phoneNumber)?.sid === sid) lines.delete(phoneNumber)
      removed.add(sid)
    },
  }
}

function isIn(phoneNumber: string, areaCode: string | null): boolean {
  return areaCode !== null && phoneNumber.startsWith(`+1${areaCode}`)
}
