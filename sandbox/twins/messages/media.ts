import { createHash } from 'node:crypto'
import express, { type Router } from 'express'
import { bytesOf, fileReply } from '../core/bytes.ts'
import { newId } from '../core/ids.ts'
import type { Operation } from '../core/operation.ts'
import { send } from '../core/respond.ts'
import { unixNow } from '../core/time.ts'
import type { World } from '../core/world.ts'
import { dateParams, isWithin } from '../twilio/date-filter.ts'
import { notFound } from '../twilio/errors.ts'
import { accountSid, type MediaRow, type MessageRow } from '../twilio/model.ts'
import { pageOf, pageParams } from '../twilio/paging.ts'

/** How long the address of a file holds. Source: Twilio support, "Protect Media Access with HTTP Basic Authentication". */
const LINK_SECONDS = 4 * 3_600

const list = '/2010-04-01/Accounts/:accountSid/Messages/:messageSid/Media.json'

/** What messages brought along, as long as they are there. */
export function mediaOperations(world: World): Operation[] {
  return [
    {
      name: 'messages.media.list',
      method: 'get',
      path: list,
      query: [...pageParams, ...dateParams('DateCreated')],
      handle(call) {
        const sid = String(call.params.messageSid)
        const path = list.replace(':accountSid', accountSid).replace(':messageSid', sid)
        const { messages, media } = world.state.twilio
        if (!messages.some((each) => each.sid === sid)) throw notFound(path)
        const rows = media
          .filter((row) => row.parent_sid === sid)
          .filter((row) => isWithin(row.date_created, 'DateCreated', call.query))
        return pageOf({ key: 'media_list', path, rows, sidOf: (row) => row.sid, call })
      },
    },
  ]
}

/**
 * What a medium holds is elsewhere: whoever has the account's credentials is sent there, to an address that
 * holds for four hours and takes no credentials.
 */
export function mediaFiles(world: World): Operation[] {
  return [
    {
      name: 'messages.media.file',
      method: 'get',
      path: '/2010-04-01/Accounts/:accountSid/Messages/:messageSid/Media/:sid',
      handle({ params }) {
        const { messageSid, sid } = params
        const row = world.state.twilio.media.find((each) => each.sid === sid)
        if (row === undefined || row.parent_sid !== messageSid)
          throw notFound(`/Messages/${messageSid}/Media/${sid}`)
        return { status: 307, headers: { Location: linkTo(world, row) } }
      },
    },
  ]
}

function linkTo({ origin }: World, { sid }: MediaRow): string {
  const expires = unixNow() + LINK_SECONDS
  return `${origin}/twilio/mms/${accountSid}/${sid}?Expires=${expires}&Signature=${signatureOf(sid, expires)}`
}

/** Where the bytes are. As at a store of files, a request that proves itself in two ways is refused. */
export function mediaStore(world: World): Router {
  const router = express.Router()
  router.get(`/${accountSid}/:sid`, (req, res) => {
    const { Expires: expires, Signature: signature } = req.query
    const row = world.state.twilio.media.find((each) => each.sid === req.params.sid)
    if (req.get('authorization') !== undefined) send(res, { status: 400 })
    else if (signature !== signatureOf(req.params.sid, Number(expires))) send(res, { status: 403 })
    else if (row === undefined || Number(expires) < unixNow()) send(res, { status: 403 })
    else send(res, fileReply(bytesOf(row.sid, MEDIUM_BYTES), row.content_type, req.get('range')))
  })
  return router
}

const MEDIUM_BYTES = 20_000

function signatureOf(sid: string, expires: number): string {
  return createHash('sha256').update(`${sid};${expires}`).digest('hex')
}

/** Keeps what a message brought along. */
export function keepMedia(world: World, message: MessageRow, contentType: string): MediaRow {
  const sid = newId('ME')
  const row: MediaRow = {
    sid,
    account_sid: accountSid,
    parent_sid: message.sid,
    content_type: contentType,
    date_created: message.date_created,
    date_updated: message.date_created,
    uri: `/2010-04-01/Accounts/${accountSid}/Messages/${message.sid}/Media/${sid}.json`,
  }
  world.change(({ twilio }) => twilio.media.push(row))
  return row
}
