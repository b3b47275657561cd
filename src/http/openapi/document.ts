import { createDocument, type ZodOpenApiPathsObject } from 'zod-openapi'
import { Problem } from '../problem.ts'
import type { Route } from '../route.ts'
import { operationOf } from './operation.ts'
import { withDescribedParameters } from './parameters.ts'
import { openWholes, schemaStyle } from './schema-style.ts'
import { securitySchemes } from './security.ts'
import { receivedOperationOf, type SentWebhook } from './sent-webhook.ts'
import { tags } from './tags.ts'

/** The OpenAPI 3.1 document of a route table, and of what this server posts to others. */
export function openApiDocument(routes: Route[], webhooks: SentWebhook[] = []): object {
  const paths: ZodOpenApiPathsObject = {}
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [route.method]: operationOf(route) }
  }
  const document = createDocument(
    {
      openapi: '3.1.0',
      info: {
        title: 'Orgline',
        version: '1',
        description: 'A phone line of its own for every organization.',
        license: { name: 'UNLICENSED', identifier: 'LicenseRef-UNLICENSED' },
      },
      servers: [{ url: '/', description: 'The server this document comes from' }],
      tags,
      paths,
      ...(webhooks.length > 0 && {
        webhooks: Object.fromEntries(
          webhooks.map((webhook) => [webhook.name, { post: receivedOperationOf(webhook) }]),
        ),
      }),
      components: { securitySchemes, schemas: { Problem } },
    },
    schemaStyle,
  )
  return withDescribedParameters(openWholes(document))
}
