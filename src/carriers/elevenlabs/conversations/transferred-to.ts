import { z } from 'zod'

/** Source: ElevenLabs' SDK, ConversationHistoryTranscriptSystemToolResultCommonModelOutput. */
const Turn = z.looseObject({
  tool_results: z.array(
    z
      .looseObject({
        tool_name: z.literal('transfer_to_number'),
        is_error: z.literal(false),
        result: z.looseObject({
          status: z.literal('success').nullish(),
          transfer_number: z.string().regex(/^\+[1-9]\d{6,14}$/),
        }),
      })
      .nullable()
      .catch(null),
  ),
})

/** The number to which ElevenLabs' own tool handed the caller over, the last one; null: to none. */
export function transferredTo(transcript: unknown[]): string | null {
  const numbers = transcript.flatMap((turn) =>
    (Turn.safeParse(turn).data?.tool_results ?? []).map((used) => used?.result.transfer_number),
  )
  return numbers.findLast((number) => number !== undefined) ?? null
}
