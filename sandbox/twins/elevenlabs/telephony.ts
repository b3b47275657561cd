import express, { type Request, type Router } from 'express'
import { validateRequest } from 'twilio/lib/webhooks/webhooks.js'
import { errorHandler } from '../core/error-handler.ts'
import { send } from '../core/respond.ts'
import type { World } from '../core/world.ts'
import { answerDialledCall, callEnded } from './dialled-call.ts'
import { elevenLabsError, failure } from './errors.ts'
import { answerInboundCall } from './inbound-call.ts'
import type { PhoneRow } from './model.ts'
import { voiceOrigin } from './voice-origin.ts'

/**
 * The webhooks that an import sets on a Twilio number, and those of the calls it places. A request
 * that is not signed with the token given at the import is a 403, one at another host than the
 * workspace's a 404.
 */
export function telephonyRouter(world: World): Router {
  const router = express.Router()
  router.use(express.urlencoded({ extended: false }))
  router.post('/inbound_call', async (req, res) => {
    const phone = verifiedNumber(world, req)
    const call = { from: String(req.body.From), callSid: String(req.body.CallSid) }
    const body = await answerInboundCall(world, phone, call)
    send(res, { status: 200, type: 'text/xml', body })
  })
  router.post('/outbound_call', async (req, res) => {
    verifiedNumber(world, req)
    const body = await answerDialledCall(world, req.query.conversation_id, req.body)
    send(res, { status: 200, type: 'text/xml', body })
  })
  router.post('/inbound_sms', (req, res) => {
    verifiedNumber(world, req)
    send(res, { status: 200, type: 'text/xml', body: '<Response/>' })
  })
  router.post('/status-callback', (req, res) => {
    verifiedNumber(world, req)
    callEnded(world, req.query.conversation_id, req.body)
    send(res, { status: 204 })
  })
  router.use((_req, res) => send(res, failure(404)))
  router.use(errorHandler(world, failure))
  return router
}

function verifiedNumber(world: World, req: Request): PhoneRow {
  if (req.get('host') !== new URL(voiceOrigin(world)).host)
    throw elevenLabsError(404, 'workspace_not_found', 'This host does not have the workspace')
  const outbound = req.body?.Direction === 'outbound-api'
  const ours = outbound ? req.body.From : req.body?.To
  const rows = world.state.elevenlabs.phoneNumbers
  const phone = rows.find((row) => row.phone_number === ours)
  const url = `${req.protocol}://${req.get('host')}${req.originalUrl}`
  const signature = req.get('x-twilio-signature') ?? ''
  if (phone !== undefined && validateRequest(phone.token, signature, url, req.body)) return phone
  // What is dialled is refused before anybody is; these callers are lost.
  if (req.path === '/inbound_call')
    world.refused.push({ carrier: 'twilio', operation: 'calls', url, status: 403 })
  throw elevenLabsError(403, 'invalid_signature', 'The Twilio signature is not valid')
}
