import express, { type Request, type Response } from 'express'
import { call, serverForTest, twilioClient, twinsForTest } from './support.ts'

export const from = '+17785550100'
export const to = '+16045552000'

/** Answers a request with TwiML, the contents of a `<Response>`. */
export function twiml(res: Response, contents: string): void {
  res.type('text/xml').send(`<?xml version="1.0"?><Response>${contents}</Response>`)
}

/**
 * A number whose calls come to a server of the test's own: `/voice` is what it is given, everything
 * else it hears of is kept and answered with nothing, but for what `also` answers.
 */
export async function ownLine(
  voice: (req: Request, res: Response) => void | Promise<void>,
  options: {
    numberSettings?: object
    also?: Record<string, (req: Request, res: Response) => void>
  } = {},
) {
  const twins = await twinsForTest()
  const received: Request[] = []
  const app = express()
  app.use(express.urlencoded({ extended: false }), express.text({ type: 'application/json' }))
  app.post('/:path', async (req, res) => {
    received.push(req)
    const answer = req.path === '/voice' ? voice : options.also?.[req.path]
    if (answer === undefined) res.end()
    else await answer(req, res)
  })
  const origin = await serverForTest(app)
  const number = await twilioClient(twins).incomingPhoneNumbers.create({
    phoneNumber: to,
    voiceUrl: `${origin}/voice`,
    statusCallback: `${origin}/status`,
    ...options.numberSettings,
  })
  return {
    twins,
    origin,
    received,
    numberSid: number.sid,
    heardAt: (path: string) => received.filter((req) => req.path === path),
    phone: async (says: string[] = []) =>
      (await call(twins, 'POST', '/control/calls', { from, to, says })).body,
  }
}
