import type { RequestHandler } from 'express'
import { AppError } from '../platform/errors.ts'
import type { Principal } from './principal.ts'
import type { Route } from './route.ts'

/**
 * Lets keys in that have the route's scope, before a body is read; whoever has no key is let by.
 * @throws AppError key_not_allowed, scope_missing
 */
export function requireScope({ scope }: Pick<Route, 'scope'>): RequestHandler {
  return (_req, res, next) => {
    const principal = res.locals.principal as Principal | undefined
    if (principal?.kind !== 'key') return next()
    if (!scope)
      throw new AppError(
        'key_not_allowed',
        'API keys cannot do this, whatever their scopes: sign in as a user',
      )
    if (!principal.scopes.includes(scope))
      throw new AppError(
        'scope_missing',
        `This API key lacks the scope ${scope}: make one that has it`,
      )
    next()
  }
}

type Input = Record<'params' | 'query' | 'body', unknown>

/** The organizations that a request names. */
export function organizationsIn({ params, query, body }: Input): string[] {
  return [params, query, body].flatMap((part) => {
    const named = (part as { organizationId?: string } | undefined)?.organizationId
    return named === undefined ? [] : [named.toLowerCase()]
  })
}

/**
 * For a key no organization exists but its own, wherever a request names one. Asked for every route,
 * before its handler and before a stored answer is replayed. `named`: see organizationsIn.
 * @throws AppError organization_not_found
 */
export function refuseForeignOrganization(principal: Principal | undefined, named: string[]): void {
  if (principal?.kind !== 'key') return
  const foreign = named.find((each) => each !== principal.organizationId)
  if (foreign !== undefined)
    throw new AppError(
      'organization_not_found',
      `Organization ${foreign} does not exist for this API key, which is of one organization: send ${principal.organizationId}, or a key of the other`,
    )
}
