/**
 * A process that dies: after `calls` calls to its collaborators nothing it asked for ever answers,
 * so not even its error handling runs. `where` says whether the fatal call still had its effect.
 */
export function createLife(calls: number, where: 'before' | 'after') {
  let left = calls
  let die: () => void = () => {}
  const death = new Promise<'died'>((resolve) => {
    die = () => resolve('died')
  })
  const never = () => new Promise<never>(() => {})

  /** The collaborator as this life sees it. */
  function mortal<T extends object>(collaborator: T): T {
    return new Proxy(collaborator, {
      get(target, property) {
        const value = Reflect.get(target, property) as unknown
        if (typeof value !== 'function' || property === 'isVoiceUrl') return value
        return async (...args: unknown[]) => {
          left -= 1
          if (left < 0 || (left === 0 && where === 'before')) {
            die()
            return never()
          }
          const result = await (value as (...args: unknown[]) => Promise<unknown>).apply(
            target,
            args,
          )
          if (left <= 0) {
            die()
            return never()
          }
          return result
        }
      },
    })
  }
  return { mortal, death }
}
