import { z } from 'zod'
import type { NameOfCall } from '../calls/inbound/organization-of-call.ts'
import type { TransferCall } from '../calls/transfer/transfer-call.ts'
import { sayToAnswerer } from '../carriers/twilio/twiml.ts'
import { type Route, reply, route } from '../http/route.ts'
import { idInput } from '../http/schemas.ts'
import { createApology } from './apology.ts'

/** What the agent is told, for it to say in its own words. */
const WORDS = {
  transferring: 'The caller is being put through to a person. Say nothing more.',
  under_way:
    'The caller is being put through to a person. If the caller is still here in half a minute, ask again.',
  not_transferred:
    'Nobody can take the call now. Say so, and offer to have somebody call back, or to take a message.',
  in_text: 'In a text nobody can be put through: offer that somebody calls or writes.',
}

const Answer = z.object({
  result: z.enum(['transferring', 'under_way', 'not_transferred']),
  message: z.string().describe('for the agent'),
})

/** A caller asked for a person: the agent's tool asks for it, and whoever answers hears whose call it is. */
export function createTransferRoutes(deps: {
  transferCall: TransferCall
  nameOfCall: NameOfCall
  config: { publicUrl: string; spending: { forwardMinutes: number } }
}): Route[] {
  const { handOver } = createApology(deps.config.publicUrl, deps.config.spending.forwardMinutes)
  return [
    route({
      method: 'post',
      path: '/api/webhooks/elevenlabs/agents/:agentId/transfer',
      operationId: 'transferCall',
      guard: 'elevenlabs',
      summary:
        "ElevenLabs: an agent's caller asks for a person, whom the organization's settings name. Repeats change nothing",
      params: z.object({
        agentId: z
          .string()
          .min(1)
          .max(255)
          .meta({ description: 'the agent of the call', examples: ['agent_01k8'] }),
      }),
      body: z
        .strictObject({
          call_id: z
            .union([z.literal(''), idInput('the variable call_id of the call')])
            .describe('the variable call_id of the call; empty in a conversation in writing'),
        })
        .meta({ id: 'TransferRequest' }),
      replies: { 200: Answer },
      problems: ['call_not_found', 'carrier_failed', 'database_unavailable'],
      async handle({ params: { agentId }, body, log }) {
        if (body.call_id === '')
          return reply(200, { result: 'not_transferred', message: WORDS.in_text })
        const request = { agentId, callId: body.call_id }
        const result = await deps.transferCall(request, handOver, log)
        log.info({ ...request, result }, 'an agent was asked for a person')
        return reply(200, { result, message: WORDS[result] })
      },
    }),
    route({
      method: 'post',
      path: '/api/webhooks/call/whisper',
      operationId: 'announceTransfer',
      guard: 'twilio',
      summary:
        'Twilio: somebody has answered a call that is handed over, and hears whose it is before the caller does',
      query: z.object({
        call: z
          .string()
          .max(255)
          .catch('')
          .meta({ description: 'CallSid of the caller', examples: [`CA${'0'.repeat(32)}`] }),
      }),
      body: z.looseObject({}).meta({ id: 'TwilioWhisper' }),
      replies: { 200: 'xml' },
      async handle({ query, log }) {
        const name = await deps.nameOfCall(query.call, log)
        return reply(200, sayToAnswerer(name ? `A caller of ${name}.` : 'You have a caller.'))
      },
    }),
  ]
}
