import { randomUUID } from 'node:crypto'
import { DatabaseError, Pool } from 'pg'
import { createOutside, type Outside } from './outside.ts'
import { holdingOf, type Snapshot } from './snapshot.ts'
import { WATCH } from './watch.ts'

/** Where all the numbers point. */
export const PUBLIC_URL = 'https://line.example.com'

/** Between two steps this much time passes, so that what happened in them is told apart. */
const BETWEEN_STEPS = 5

// biome-ignore lint/suspicious/noExplicitAny: what the SQL functions answer is read as it is needed.
export type Reply = Record<string, any>

/** A function's own answer that it will not: its SQLSTATE (OL…). */
export class Refusal extends Error {
  override name = 'Refusal'
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

/** A time between two steps, and who had which number then: holding and organization. */
export interface Moment {
  at: Date
  /** `elapsed` of then. */
  elapsed: number
  holders: Map<string, { holdingId: string; organizationId: string }>
}

/** Work that stopped between two of its steps, and may never go on. */
export interface Job {
  label: string
  work: AsyncGenerator<string | undefined, void>
  /** The number it has its hands on, once it knows. */
  about: string | undefined
}

/** A call that somebody outside knows of. */
export interface KnownCall {
  conversationId: string
  providerCallId: string
  callId: string | null
  direction: 'inbound' | 'outbound'
  ourNumber: string
  customer: string
  moment: Moment
  /** Whose it is by who held the number then; null: nobody's. Undefined: its record says so. */
  owner: { holdingId: string; organizationId: string } | null | undefined
}

export type World = Awaited<ReturnType<typeof openWorld>>

/** The database of the test, with all that the model knows of one run beside it. */
export async function openWorld(databaseUrl: string) {
  const pool = new Pool({ connectionString: databaseUrl, max: 8 })
  await pool.query(WATCH)
  await pool.query('update deployment set public_url = $1', [PUBLIC_URL])

  const world = {
    outside: createOutside() as Outside,
    now: {} as Snapshot,
    /** Seconds that were let pass. */
    elapsed: 0,
    moments: [] as Moment[],
    jobs: [] as Job[],
    users: new Map<string, string>(),
    /** From whom a number was taken into quarantine, by the number's row; null: from the pool. */
    takenFrom: new Map<string, string | null>(),
    texts: new Map<string, { phoneNumber: string; stored: number }>(),
    calls: [] as KnownCall[],
    customers: 0,
    applied: new Map<string, number>(),

    async call(name: string, args: Record<string, unknown>): Promise<Reply> {
      const names = Object.keys(args)
      const named = names.map((arg, index) => `${arg} => $${index + 1}`).join(', ')
      try {
        const text = `select public.${name}(${named}) as reply`
        return (await pool.query<{ reply: Reply }>(text, Object.values(args))).rows[0]?.reply ?? {}
      } catch (error) {
        if (error instanceof DatabaseError && error.code?.startsWith('OL'))
          throw new Refusal(error.code, error.message)
        throw new Error(`${name}: ${error instanceof Error ? error.message : error}`, {
          cause: error,
        })
      }
    },

    async pass(seconds: number): Promise<void> {
      await pool.query('select watch.pass($1)', [seconds])
      world.elapsed += seconds
    },

    /** A time the database told, as it is now that all it stores was moved into the past. */
    shifted(time: string, toldAt: number): string {
      const [, seconds = '', fraction = '', zone = ''] =
        /^([^.]*?)(\.\d+)?(Z|[+-]\d\d:\d\d)$/.exec(time) ?? []
      const moved = new Date(Date.parse(`${seconds}${zone}`) - (world.elapsed - toldAt) * 1_000)
      return `${moved.toISOString().slice(0, 19)}${fraction}Z`
    },

    /** Lets the step's time pass, and takes the next look. */
    async look(): Promise<Snapshot> {
      const { rows } = await pool.query<{ look: Snapshot }>('select watch.look($1)', [
        BETWEEN_STEPS,
      ])
      world.elapsed += BETWEEN_STEPS
      world.now = rows[0]?.look ?? world.now
      const { clock, numbers } = world.now
      const held = numbers.flatMap((number) => {
        const holding = holdingOf(world.now, number)
        const holder = holding && {
          holdingId: holding.id,
          organizationId: holding.organization_id,
        }
        return holder ? [[number.phone_number, holder] as const] : []
      })
      const at = new Date(Date.parse(clock) - 2_000)
      world.moments.push({ at, elapsed: world.elapsed, holders: new Map(held) })
      return world.now
    },

    async signUp(provision: boolean, wish: Wish): Promise<{ id: string; reply: Reply }> {
      const [id, userId] = [randomUUID(), randomUUID()]
      world.users.set(id, userId)
      const reply = await world.call('sign_up_organization', {
        p_id: id,
        p_user_id: userId,
        p_name: 'Premium Auto Sales',
        p_slug: `org-${id}`,
        p_email: 'a@example.com',
        p_max_per_user: 3,
        p_provision: provision,
        ...argsOf(wish),
      })
      return { id, reply }
    },

    /** An empty database, then one organization with a number, one without, and three in the pool. */
    async begin(): Promise<void> {
      await pool.query('select watch.clear()')
      Object.assign(world, {
        outside: createOutside(),
        elapsed: 0,
        moments: [],
        jobs: [],
        calls: [],
      })
      for (const kept of [world.users, world.takenFrom, world.texts, world.applied]) kept.clear()
      for (const areaCode of ['604', '604', '778', '416']) {
        const phoneNumber = `+1${areaCode}5552${String(world.outside.lines.size).padStart(3, '0')}`
        const line = world.outside.own(phoneNumber, '')
        line.isAnswered = true
        await pool.query(
          `insert into phone_numbers (phone_number, country, region, area_code, twilio_phone_sid, elevenlabs_phone_id,
             status, agent_id, capabilities, created_at)
           values ($1, 'CA', $2, $3, $4, $5, 'configured', 'agent_ours', '{}', now() - interval '1 hour' + $6 * interval '1 minute')`,
          [
            phoneNumber,
            regionOf(areaCode),
            areaCode,
            line.sid,
            world.outside.import(phoneNumber),
            world.outside.lines.size,
          ],
        )
      }
      await world.signUp(true, { areaCode: '604', only: false })
      await world.signUp(false, { areaCode: null, only: false })
      await world.look()
    },

    close: () => pool.end(),
  }
  return world
}

/** Which number somebody would like. */
export interface Wish {
  areaCode: string | null
  only: boolean
}

export function regionOf(areaCode: string | null): string | null {
  return areaCode && (areaCode === '416' ? 'ON' : 'BC')
}

export function argsOf({ areaCode, only }: Wish) {
  return {
    p_country: 'CA',
    p_area_code: areaCode,
    p_region: regionOf(areaCode),
    p_area_code_only: only,
  }
}

/** The function's answer, or the SQLSTATE with which it refused. */
export async function attempt(
  call: Promise<Reply>,
): Promise<{ reply: Reply; refused: null } | { reply: null; refused: string }> {
  try {
    return { reply: await call, refused: null }
  } catch (error) {
    if (error instanceof Refusal) return { reply: null, refused: error.code }
    throw error
  }
}
