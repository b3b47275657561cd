import { CarrierError } from './ports/carrier-error.ts'

/** The failure, now that the credentials are known to be taken elsewhere. */
export function deniedAlone(thrown: unknown): unknown {
  if (!(thrown instanceof CarrierError)) return thrown
  const { carrier, operation, code, failure, said } = thrown
  return new CarrierError(carrier, operation, 'denied', said, { code, failure })
}
