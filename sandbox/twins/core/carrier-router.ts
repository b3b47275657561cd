import express, { type Router } from 'express'
import { errorHandler } from './error-handler.ts'
import { type CarrierApi, mountOperations } from './operation.ts'
import { send } from './respond.ts'
import type { World } from './world.ts'

/** The routes of a carrier's API; any other path is a 404 in the carrier's format. */
export function carrierRouter(world: World, api: CarrierApi): Router {
  const router = express.Router()
  router.use(express.urlencoded({ extended: false, limit: '1mb' }), express.json({ limit: '8mb' }))
  mountOperations(world, router, api)
  router.use((_req, res) => send(res, api.failure(404)))
  router.use(errorHandler(world, api.failure))
  return router
}
