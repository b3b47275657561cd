import { z } from 'zod'
import { truncate } from '../../../platform/truncate.ts'
import type { CallReport } from '../../ports/voice-agents.ts'

/** Agents have few fields and criteria; what has more of them, or longer ones, is a wrong report. */
const MOST = 50
const NAME_LENGTH = 100
const TEXT_LENGTH = 1_000

const text = z.string().transform((value) => truncate(value.replaceAll('\0', ''), TEXT_LENGTH))

/** Source: ElevenLabs, "Data collection": `{value, rationale, json_schema}`, the value of a simple type. */
const Collected = z.looseObject({ value: z.union([text, z.number(), z.boolean(), z.null()]) })

/** Source: ElevenLabs, "Success evaluation": `{result, rationale}`. */
const Evaluated = z.object({
  result: z.enum(['success', 'failure', 'unknown']).catch('unknown'),
  rationale: text.nullable().catch(null),
})

type Results = Record<string, unknown> | null | undefined

/** What the agent collected, field by field; one that cannot be read is left out. */
export function collectedOf(results: Results): CallReport['collected'] {
  return read(
    results,
    Collected.transform(({ value }) => value),
  )
}

export function evaluationOf(results: Results): CallReport['evaluation'] {
  return read(results, Evaluated)
}

function read<T>(results: Results, schema: z.ZodType<T>): Record<string, T> | null {
  const found = Object.entries(results ?? {})
    .filter(([name]) => name.length <= NAME_LENGTH && !name.includes('\0'))
    .slice(0, MOST)
    .flatMap(([name, value]) => {
      const parsed = schema.safeParse(value)
      return parsed.success ? [[name, parsed.data] as const] : []
    })
  return found.length > 0 ? Object.fromEntries(found) : null
}
