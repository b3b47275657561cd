import { describe, expect, test } from 'vitest'
import { agentChangesBody, newAgentBody } from '../../src/agents/schemas.ts'

const variables = {
  ours: ['organization_name', 'customer_name'],
  platforms: ['system__time_utc', 'system__caller_id'],
}

describe.each([
  ['a new agent', newAgentBody(variables)],
  ['a change of an agent', agentChangesBody(variables)],
])('the words of %s', (_, schema) => {
  test.each(['first_message', 'prompt'])('in %s, may use what every call has', (field) => {
    const text =
      'Hi {{customer_name}}, {{ organization_name }} at {{system__time_utc}}. {one} {{ {{}'

    expect(schema.safeParse({ agent_name: 'Mia', [field]: text }).success).toBe(true)
  })

  test.each([
    '{{organisation_name}}',
    '{{}}',
    '{{secret__token}}',
    '{{system__}}',
    '{{system}}',
    '{{system__caler_id}}',
    '{{customer name}}',
    '{{{owner}}}',
    '{{\nowner}}',
  ])('with %j, are refused with the names that are possible', (variable) => {
    for (const field of ['first_message', 'prompt']) {
      const text = `Hi {{customer_name}} ${variable}`

      const { error } = schema.safeParse({ agent_name: 'Mia', [field]: text })

      expect(error?.issues).toMatchObject([
        {
          path: [field],
          message: expect.stringContaining(
            'use only {{organization_name}}, {{customer_name}}, {{system__time_utc}}, {{system__caller_id}}',
          ),
        },
      ])
    }
  })
})
