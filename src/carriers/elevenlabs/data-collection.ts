import { z } from 'zod'

const DO_NOT_CALL = 'do_not_call'

/** What our agents note of a call beside its transcript. Source: ElevenLabs, "Data collection". */
export const dataCollection = {
  [DO_NOT_CALL]: {
    type: 'boolean',
    description:
      'True only if the customer has asked, in whatever words, not to be called or contacted again. A call back that is declined, a wrong time and a wrong topic are no such wish.',
  },
}

const Collected = z.looseObject({ value: z.unknown() })

/** Whether an agent has noted that the customer is not to be called again. */
export function hasSaidDoNotCall(results: Record<string, unknown> | null | undefined): boolean {
  const { data } = Collected.safeParse(results?.[DO_NOT_CALL])
  return data?.value === true || String(data?.value).toLowerCase() === 'true'
}
