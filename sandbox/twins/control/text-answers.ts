import { z } from 'zod'
import type { World } from '../core/world.ts'
import { parseBody } from './problem.ts'

const Arrangement = z.strictObject({ about: z.string().min(1), answer: z.string() })

/** Arranges what agents answer in writing to whatever has the words `about` in it, from now on. */
export function arrangeTextAnswer(world: World, body: unknown): unknown {
  const arranged = parseBody(Arrangement, body)
  world.change(({ elevenlabs }) => {
    const others = elevenlabs.textAnswers.filter(({ about }) => about !== arranged.about)
    elevenlabs.textAnswers = [...others, arranged]
  })
  return arranged
}
