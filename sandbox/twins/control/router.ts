import express, { type Router } from 'express'
import { errorHandler } from '../core/error-handler.ts'
import type { CarrierApi } from '../core/operation.ts'
import { send } from '../core/respond.ts'
import type { World } from '../core/world.ts'
import { arrangeAnswer, clearAnswers, listAnswers } from './answers.ts'
import { placeCall } from './calls.ts'
import { carrierWorld, clearRequests, idle } from './carrier-world.ts'
import { changeCredentials } from './credentials.ts'
import { arrangeDelivery, clearDeliveries, listDeliveries } from './deliveries.ts'
import { addFault, clearFaults, listFaults, releaseHeld } from './faults.ts'
import { breakMail, clearMail, showMail } from './mail.ts'
import { changeMessagingService, changeRegistration } from './messaging.ts'
import { deliverPostCall } from './post-call.ts'
import { failure } from './problem.ts'
import { takeRent } from './rent.ts'
import { changeSettings } from './settings.ts'
import { sendSms } from './sms.ts'
import { changeStock } from './stock.ts'
import { arrangeTextAnswer } from './text-answers.ts'

/** The strings by which a test, the demo or a visitor moves the outside world. */
export function controlRouter(world: World, apis: CarrierApi[]): Router {
  const router = express.Router()
  // Large enough for an event that is too large for whoever receives it.
  router.use(express.json({ limit: '30mb' }))
  router.post('/sms', async (req, res) => {
    res.json(await sendSms(world, req.body))
  })
  router.post('/calls', async (req, res) => {
    res.json(await placeCall(world, req.body))
  })
  router.post('/faults', (req, res) => {
    res.status(201).json(addFault(world, apis, req.body))
  })
  router.get('/faults', (_req, res) => {
    res.json(listFaults(world))
  })
  router.delete('/faults', (_req, res) => {
    res.json(clearFaults(world))
  })
  router.post('/faults/release', (_req, res) => {
    res.json(releaseHeld(world))
  })
  router.post('/text-answers', (req, res) => {
    res.status(201).json(arrangeTextAnswer(world, req.body))
  })
  router.post('/answers', (req, res) => {
    res.status(201).json(arrangeAnswer(world, req.body))
  })
  router.get('/answers', (_req, res) => {
    res.json(listAnswers(world))
  })
  router.delete('/answers', (_req, res) => {
    res.json(clearAnswers(world))
  })
  router.post('/deliveries', (req, res) => {
    res.status(201).json(arrangeDelivery(world, req.body))
  })
  router.get('/deliveries', (_req, res) => {
    res.json(listDeliveries(world))
  })
  router.delete('/deliveries', (_req, res) => {
    res.json(clearDeliveries(world))
  })
  router.post('/mail', (req, res) => {
    res.status(201).json(breakMail(world, req.body))
  })
  router.get('/mail', (_req, res) => {
    res.json(showMail(world))
  })
  router.delete('/mail', (_req, res) => {
    res.json(clearMail(world))
  })
  router.post('/services', (req, res) => {
    res.json(changeMessagingService(world, req.body))
  })
  router.post('/registrations', (req, res) => {
    res.json(changeRegistration(world, req.body))
  })
  router.post('/post-call', async (req, res) => {
    res.json(await deliverPostCall(world, req.body))
  })
  router.post('/settings', (req, res) => {
    res.json(changeSettings(world, req.body))
  })
  router.post('/idle', async (_req, res) => {
    res.json(await idle(world))
  })
  router.post('/credentials', (req, res) => {
    res.json(changeCredentials(world, req.body))
  })
  router.post('/stock', (req, res) => {
    res.json(changeStock(world, req.body))
  })
  router.post('/rent', (_req, res) => {
    res.json(takeRent(world))
  })
  router.delete('/requests', (_req, res) => {
    res.json(clearRequests(world))
  })
  router.get('/state', (_req, res) => {
    res.json(carrierWorld(world))
  })
  router.use((_req, res) => send(res, failure(404)))
  router.use(errorHandler(world, failure))
  return router
}
