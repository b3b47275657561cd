import { z } from 'zod'

/** When an agent hands a caller over, in the words that its model reads. It marks what is ours, too. */
export const CONDITION =
  'In a phone call, never in a text conversation: the caller asks for a person, or needs something that only a person can do. Say first that you put them through.'

const Tool = z.looseObject({
  params: z.looseObject({
    transfers: z.array(
      z.looseObject({
        condition: z.string().catch(''),
        transfer_destination: z.looseObject({ phone_number: z.unknown() }).nullish(),
      }),
    ),
  }),
})

/**
 * The system tool by which ElevenLabs itself puts a caller through, with `to` in it; what somebody else has
 * it do stays. Null: none of it is left. As it is, where it is right already: it comes back with defaults
 * that nobody sent. Source: ElevenLabs' SDK, TransferToNumberToolConfigInput.
 */
export function platformTransfer(actual: unknown, to: string | null): unknown {
  const tool = Tool.safeParse(actual).data
  const transfers = tool?.params.transfers ?? []
  const ours = transfers.filter(({ condition }) => condition === CONDITION)
  const isRight =
    to === null
      ? ours.length === 0
      : ours.length === 1 && ours[0]?.transfer_destination?.phone_number === to
  if (isRight) return actual ?? null
  const others = transfers.filter((each) => !ours.includes(each))
  if (to === null && others.length === 0) return null
  return {
    type: 'system',
    name: 'transfer_to_number',
    description: '',
    ...tool,
    params: {
      enable_client_message: true,
      ...tool?.params,
      system_tool_type: 'transfer_to_number',
      transfers: to === null ? others : [...others, transferTo(to)],
    },
  }
}

function transferTo(phoneNumber: string) {
  return {
    transfer_destination: { type: 'phone', phone_number: phoneNumber },
    transfer_type: 'conference',
    condition: CONDITION,
  }
}
