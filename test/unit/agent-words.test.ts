import { describe, expect, test } from 'vitest'
import { agentChangesBody, newAgentBody } from '../../src/agents/schemas.ts'

const names = ['organization_name', 'customer_name']

describe.each([
  ['a new agent', newAgentBody(names)],
  ['a change of an agent', agentChangesBody(names)],
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
          message: expect.stringContaining('use only {{organization_name}}, {{customer_name}}, or'),
        },
      ])
    }
  })
})
