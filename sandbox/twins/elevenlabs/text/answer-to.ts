import type { World } from '../../core/world.ts'
import type { DynamicVariables } from '../model.ts'

/** What an agent answers in writing: what was arranged; else it says for whom it speaks, and what it was asked. */
export function answerTo(world: World, text: string, variables: DynamicVariables): string {
  const arranged = world.state.elevenlabs.textAnswers.find(({ about }) => text.includes(about))
  if (arranged) return arranged.answer
  const who = variables.organization_name ?? 'your assistant'
  return `This is ${who}. I have noted: ${text.replaceAll('\n', ' / ')}`
}
