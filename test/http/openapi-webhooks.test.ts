import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { ReportedType } from '../../src/events/event.ts'
import { documentedAt } from '../support/documented-answers.ts'

const document = JSON.parse(
  readFileSync(new URL('../../docs/openapi.json', import.meta.url), 'utf8'),
)

describe('the webhooks of docs/openapi.json', () => {
  test('are the types that endpoints are told', () => {
    expect(Object.keys(document.webhooks)).toEqual(ReportedType.options)
  })

  test.each(ReportedType.options)('%s, shows a body that fits, and names its headers', (type) => {
    const { requestBody, parameters } = document.webhooks[type].post
    const { example } = requestBody.content['application/json']
    const pointer = [
      'webhooks',
      type,
      'post',
      'requestBody',
      'content',
      'application/json',
      'schema',
    ]

    expect(documentedAt('answers', pointer, example)).toBeUndefined()
    expect(example.type).toBe(type)
    expect(parameters.map(({ name }: { name: string }) => name)).toEqual([
      'webhook-id',
      'webhook-timestamp',
      'webhook-signature',
    ])
  })
})
