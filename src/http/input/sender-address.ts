import { ipKeyGenerator } from 'express-rate-limit'

/** Whose budget a request is of: its address, and of IPv6 the network, because one sender may have a whole one. */
export const addressOf = (req: { ip?: string | undefined }) => ipKeyGenerator(req.ip ?? '')
