import express, { type Express } from 'express'
import { authRouter } from './auth/router.ts'
import { ringCustomer } from './control/dialled-call.ts'
import { failure } from './control/problem.ts'
import { controlRouter } from './control/router.ts'
import { carrierRouter } from './core/carrier-router.ts'
import { send } from './core/respond.ts'
import type { World } from './core/world.ts'
import { elevenLabsApi } from './elevenlabs/api.ts'
import { telephonyRouter } from './elevenlabs/telephony.ts'
import { mediaStore } from './messages/media.ts'
import { twilioApis } from './twilio/api.ts'

/** All twins behind one port. */
export function createTwinsApp(world: World): Express {
  const twilio = twilioApis(world, (call, instructions) => {
    world.background(() => ringCustomer(world, call, instructions))
  })
  const elevenlabs = elevenLabsApi(world)
  const app = express()
  app.disable('x-powered-by').disable('etag')
  for (const [product, api] of Object.entries(twilio)) {
    app.use(`/twilio/${product}`, carrierRouter(world, api))
  }
  app.use('/twilio/mms', mediaStore(world))
  app.use('/elevenlabs/twilio', telephonyRouter(world))
  app.use('/elevenlabs', carrierRouter(world, elevenlabs))
  app.use('/auth', authRouter(world))
  app.use('/control', controlRouter(world, [...Object.values(twilio), elevenlabs]))
  app.use((_req, res) => send(res, failure(404)))
  return app
}
