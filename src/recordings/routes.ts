import { z } from 'zod'
import { actorOf } from '../http/principal.ts'
import { type Route, route } from '../http/route.ts'
import { idInput, OrganizationParams } from '../http/schemas.ts'
import type { OpenMedium } from './open-medium.ts'
import type { OpenRecording } from './open-recording.ts'

const Place = z
  .string()
  .regex(/^\d{1,9}$/, 'must be a number, counted from 0')
  .transform(Number)
  .meta({ description: 'which of its media, counted from 0', examples: ['0'] })

const replies = { 200: 'bytes', 206: 'bytes' } as const

const problems = [
  'content_unfit',
  'range_not_satisfiable',
  'carrier_failed',
  // Each reading is in the audit log, which has room for so many.
  'daily_changes_reached',
] as const

/** What was said, and what was sent along, for whoever may hear and see it. */
export function createRecordingRoutes(deps: {
  openRecording: OpenRecording
  openMedium: OpenMedium
}): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/organizations/:organizationId/calls/:callId/recording',
      operationId: 'getRecording',
      guard: 'member',
      scope: 'recordings:read',
      summary:
        'What was recorded of a call: the message on tape, or else the conversation. Who listens is in the audit log',
      params: OrganizationParams.extend({ callId: idInput('id of the call') }),
      replies,
      problems: [
        'organization_not_found',
        'call_not_found',
        'recording_not_found',
        'recording_not_ready',
        'recording_gone',
        ...problems,
      ],
      handle: ({ principal, params: { organizationId, callId }, transfer }) =>
        deps.openRecording(actorOf(principal), organizationId, callId, transfer),
    }),
    route({
      method: 'get',
      path: '/api/organizations/:organizationId/messages/:messageId/media/:n',
      operationId: 'getMedium',
      guard: 'member',
      scope: 'recordings:read',
      summary: 'What a customer’s text brought along. Who looks at it is in the audit log',
      params: OrganizationParams.extend({ messageId: idInput('id of the text'), n: Place }),
      replies,
      problems: [
        'organization_not_found',
        'message_not_found',
        'media_not_found',
        'media_not_ready',
        'media_gone',
        ...problems,
      ],
      handle: ({ principal, params: { organizationId, messageId, n }, transfer }) =>
        deps.openMedium(actorOf(principal), organizationId, messageId, n, transfer),
    }),
  ]
}
