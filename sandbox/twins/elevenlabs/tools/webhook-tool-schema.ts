import { z } from 'zod'
import { flag, oneOf, text, texts } from '../vendor-fields.ts'

/** Who fills a value in: the model, by a description, or one of the others; exactly one of them. */
const Literal = z
  .strictObject({
    type: z.enum(['string', 'number', 'integer', 'boolean']),
    description: z.string().optional(),
    enum: texts,
    dynamic_variable: z.string().optional(),
    constant_value: z.union([z.string(), z.number(), z.boolean()]).optional(),
  })
  .refine(
    ({ description, dynamic_variable: variable, constant_value: constant }) =>
      [description, variable, constant].filter((each) => each !== undefined).length === 1,
    'exactly one of description, dynamic_variable and constant_value can be set',
  )

/**
 * A tool that calls a server; others the twin does not have. Source: @elevenlabs/elevenlabs-js 2.73.0,
 * WebhookToolConfigInput, WebhookToolApiSchemaConfigInput, LiteralJsonSchemaProperty.
 */
export const WebhookTool = z.strictObject({
  type: z.literal('webhook'),
  name: z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/),
  description: z.string(),
  response_timeout_secs: z.int().min(5).max(300).default(20),
  execution_mode: oneOf(['immediate', 'post_tool_speech', 'async']),
  interruption_mode: oneOf(['allow', 'disable_during_tool', 'disable_during_tool_and_turn']),
  tool_error_handling_mode: oneOf(['auto', 'summarized', 'passthrough', 'hide']),
  disable_interruptions: flag,
  pre_tool_speech: oneOf(['auto', 'force', 'off']),
  api_schema: z.strictObject({
    url: z.url(),
    method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']).default('GET'),
    content_type: oneOf(['application/json', 'application/x-www-form-urlencoded']),
    request_headers: z.record(z.string(), z.string()).default({}),
    path_params_schema: z.record(z.string(), Literal).default({}),
    request_body_schema: z
      .strictObject({
        type: z.literal('object').nullish(),
        description: text,
        required: texts,
        properties: z.record(z.string(), Literal),
      })
      .nullish(),
  }),
})
export type WebhookTool = z.infer<typeof WebhookTool>
