import { z } from 'zod'
import { newId } from '../core/ids.ts'
import type { Call, Operation } from '../core/operation.ts'
import type { World } from '../core/world.ts'
import { findAgent } from './agents.ts'
import { NoBranch } from './client-data.ts'
import { elevenLabsError, notFound, parseBody } from './errors.ts'
import type { PhoneRow } from './model.ts'
import { cursorPage, pageParams } from './paging.ts'
import { takeOverNumber } from './twilio-number.ts'

const Create = z.strictObject({
  provider: z.literal('twilio'),
  phone_number: z.string().min(1),
  label: z.string(),
  sid: z.string().min(1),
  token: z.string().min(1),
  agent_id: z.string().nullish(),
  enable_sms: z.boolean().default(true),
  supports_outbound: z.boolean().default(true),
})

const Update = z.strictObject({
  agent_id: z.string().nullish(),
  label: z.string().optional(),
  branch_id: NoBranch,
})

/** What the second version of the list can be asked for, beside its pages. */
const filters = [
  'provider',
  'agent_id',
  'phone_number',
  'label',
  'search',
  'supports_outbound',
] as const

const list = '/v1/convai/phone-numbers'
const one = '/v1/convai/phone-numbers/:id'

/** Numbers imported from Twilio. */
export function phoneNumberOperations(world: World): Operation[] {
  return [
    {
      name: 'phoneNumbers.create',
      method: 'post',
      path: list,
      async handle({ body }) {
        const row = await importNumber(world, parseBody(Create, body))
        return { status: 200, body: { phone_number_id: row.phone_number_id } }
      },
    },
    {
      name: 'phoneNumbers.list',
      method: 'get',
      path: list,
      query: ['provider', 'agent_id'],
      handle: (call) => ({
        status: 200,
        body: select(world, call).map((row) => phoneItem(world, row)),
      }),
    },
    {
      name: 'phoneNumbers.list',
      method: 'get',
      path: '/v1/convai/v2/phone-numbers',
      query: [...pageParams, ...filters],
      handle(call) {
        const rows = select(world, call)
        const page = cursorPage({ rows, idOf: (row) => row.phone_number_id, call })
        const phone_numbers = page.rows.map((row) => phoneItem(world, row))
        return { status: 200, body: { phone_numbers, ...page.next } }
      },
    },
    {
      name: 'phoneNumbers.get',
      method: 'get',
      path: one,
      handle: (call) => ({ status: 200, body: phoneItem(world, findPhone(world, call.params.id)) }),
    },
    {
      name: 'phoneNumbers.update',
      method: 'patch',
      path: one,
      handle(call) {
        const row = findPhone(world, call.params.id)
        const { agent_id: agentId, label } = parseBody(Update, call.body)
        if (typeof agentId === 'string') findAgent(world, agentId)
        world.change(() => {
          if (agentId !== undefined) row.agent_id = agentId
          if (label !== undefined) row.label = label
        })
        return { status: 200, body: phoneItem(world, row) }
      },
    },
    {
      name: 'phoneNumbers.delete',
      method: 'delete',
      path: one,
      handle(call) {
        const row = findPhone(world, call.params.id)
        world.change(({ elevenlabs }) => {
          elevenlabs.phoneNumbers = elevenlabs.phoneNumbers.filter((each) => each !== row)
        })
        return { status: 200, body: null }
      },
    },
  ]
}

/** The imported number with this id; throws a 404 when there is none. */
export function findPhone(world: World, id: string | undefined): PhoneRow {
  const rows = world.state.elevenlabs.phoneNumbers
  const row = rows.find((each) => each.phone_number_id === id)
  if (row === undefined) throw notFound('Phone number', id)
  return row
}

/** An imported number as the API gives it. */
export function phoneItem(world: World, row: PhoneRow) {
  const agent = world.state.elevenlabs.agents.find((each) => each.agent_id === row.agent_id)
  return {
    provider: row.provider,
    phone_number: row.phone_number,
    label: row.label,
    phone_number_id: row.phone_number_id,
    supports_inbound: true,
    supports_outbound: row.supports_outbound ?? true,
    assigned_agent: agent ? { agent_id: agent.agent_id, agent_name: agent.name } : null,
  }
}

async function importNumber(world: World, wanted: z.infer<typeof Create>): Promise<PhoneRow> {
  const { phone_number: phoneNumber, sid, token } = wanted
  if (typeof wanted.agent_id === 'string') findAgent(world, wanted.agent_id)
  refuseSecond(world, phoneNumber)
  await takeOverNumber(world, {
    account: { sid, token },
    phoneNumber,
    enableSms: wanted.enable_sms,
  })
  // Another import of the same number may have finished meanwhile.
  refuseSecond(world, phoneNumber)
  const row: PhoneRow = {
    phone_number_id: newId('phnum_', 28),
    phone_number: phoneNumber,
    label: wanted.label,
    provider: 'twilio',
    agent_id: wanted.agent_id ?? null,
    sid,
    token,
    supports_outbound: wanted.supports_outbound,
  }
  world.change(({ elevenlabs }) => elevenlabs.phoneNumbers.push(row))
  return row
}

function refuseSecond(world: World, phoneNumber: string): void {
  const rows = world.state.elevenlabs.phoneNumbers
  if (!rows.some((row) => row.phone_number === phoneNumber)) return
  const message = `Phone number ${phoneNumber} already exists`
  throw elevenLabsError(409, 'phone_number_already_exists', message)
}

function select(world: World, { query }: Call): PhoneRow[] {
  const fits = (value: string | boolean | null, wanted: string | undefined) =>
    wanted === undefined || String(value) === wanted
  return world.state.elevenlabs.phoneNumbers.filter((row) => {
    if (!fits(row.provider, query.provider)) return false
    if (!fits(row.agent_id, query.agent_id)) return false
    if (!fits(row.phone_number, query.phone_number)) return false
    if (!fits(row.supports_outbound ?? true, query.supports_outbound)) return false
    if (!has(row.label, query.label)) return false
    const { search } = query
    return (
      row.phone_number_id === search ||
      [row.label, row.phone_number].some((text) => has(text, search))
    )
  })
}

function has(text: string, part = ''): boolean {
  return text.toLowerCase().includes(part.toLowerCase())
}
