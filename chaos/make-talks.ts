import type { Action, TalkKind } from './plan.ts'
import type { Random } from './random.ts'

/** What there is to pay for, besides the numbers; with deployments that will have one. */
export function makeTalks(random: Random, actions: Action[], durationMs: number): Action[] {
  const deployments = withSignUps(actions)
  return random.times(random.int(3, 5), () => ({
    at: random.int(0, durationMs),
    deployment: random.pick(deployments),
    kind: random.pick<TalkKind>(['text', 'call', 'call', 'text_back']),
  }))
}

/** Once and again the time of some recordings is over. */
export function endRecordings(seed: number, talks: Action[], durationMs: number): Action[] {
  const deployments = [...new Set(talks.map(({ deployment }) => deployment))]
  return [durationMs / 2, durationMs].flatMap((at) =>
    deployments.map((deployment) => ({
      at: at + (seed % 7) * 50,
      deployment,
      kind: 'end_recordings',
    })),
  )
}

/** The deployments that have a number sooner or later, as often as they are signed up at. */
export function withSignUps(actions: Action[]): number[] {
  return actions.flatMap(({ kind, deployment }) => (kind === 'sign_up' ? [deployment] : []))
}
