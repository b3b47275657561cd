import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { GreetingsInput } from '../../src/agent-memory/greetings.ts'
import { buildVariables } from '../../src/agent-memory/variables.ts'

const organization = {
  id: '4f3c0a52-2c5d-4b0e-9f0a-0c8a5a0b7d11',
  name: 'Premium Auto Sales',
  confirm_caller_name: false,
}

type Situation = Parameters<typeof buildVariables>[0]

function openingWith(
  changes: Partial<Omit<Situation, 'organization'>> & {
    organization?: Partial<NonNullable<Situation['organization']>>
  } = {},
) {
  return buildVariables({
    history: null,
    customerPhone: '+16045559000',
    calledNumber: '+16045552000',
    defaultOrganizationName: 'Jack Automotive',
    ...changes,
    organization: { ...organization, ...changes.organization },
  }).opening
}

const known = (name: string | null) => ({
  history: { name, lead_status: 'Active Lead' as const, summary: null, exchanges: [] },
})

describe('what an agent says first', () => {
  test.each<[string, string, Parameters<typeof openingWith>[0]]>([
    [
      'to a caller who is known',
      'Hi John, this is Jack from Premium Auto Sales. How can I help you today?',
      known('John Smith'),
    ],
    [
      'to a caller who is not',
      'Hi, this is Jack from Premium Auto Sales. How can I help you today?',
      known(null),
    ],
    [
      'to a customer it calls',
      'Hi Sarah, this is Jack calling from Premium Auto Sales about your recent inquiry.',
      { customerName: 'Sarah', outbound: {} },
    ],
    [
      'to a customer it calls for a reason, whom it does not know',
      'Hi, this is Jack calling from Premium Auto Sales about your test drive.',
      { outbound: { reason: 'your test drive' } },
    ],
    [
      'as an agent of its own',
      'Hi John, this is Mia from Premium Auto Sales. How can I help you today?',
      { ...known('John'), organization: { agent_name: 'Mia' } },
    ],
    [
      'to somebody with a title',
      'Hi Dr. Smith, this is Jack from Premium Auto Sales. How can I help you today?',
      known('Dr. Smith'),
    ],
    [
      'to somebody with a title and no dot',
      'Hi Mr Smith, this is Jack from Premium Auto Sales. How can I help you today?',
      known('Mr Smith'),
    ],
    [
      'where several people may share the line',
      'Hi, this is Jack from Premium Auto Sales. How can I help you today?',
      { ...known('John'), organization: { confirm_caller_name: true } },
    ],
    [
      'where nobody is to be remembered',
      'Hi, this is Jack from Premium Auto Sales. How can I help you today?',
      { ...known('John'), organization: { caller_memory: 'none' } },
    ],
    [
      'in the words of its organization',
      'Sarah, your blue Civic is ready at Premium Auto Sales.',
      {
        customerName: 'Sarah',
        outbound: { variables: { vehicle: 'blue Civic' } },
        organization: {
          greetings: {
            outbound: '{{customer_name}}, your {{vehicle|car}} is ready at {{organization_name}}.',
          },
        },
      },
    ],
    [
      'in those words, of what the call lacks',
      'your car is ready.',
      {
        outbound: {},
        organization: {
          greetings: { outbound: '{{customer_name}}, your {{ vehicle | car }} is ready.' },
        },
      },
    ],
  ])('%s, is right', (_, opening, situation) => {
    expect(openingWith(situation)).toBe(opening)
  })

  test.each([
    ['Hello, {{customer_first_name}}, this is {{agent_name}}.', 'Hello, this is Jack.'],
    ['Hi {{customer_name}}!', 'Hi!'],
    ['Thanks, {{customer_name}}', 'Thanks'],
    ['How are you, {{customer_first_name}}?', 'How are you?'],
    ['Welcome! {{customer_name}}, your car is ready.', 'Welcome! your car is ready.'],
    ['Good morning {{customer_name}}. {{agent_name}} here.', 'Good morning. Jack here.'],
    ['Am I speaking with {{customer_name|the owner}}?', 'Am I speaking with the owner?'],
  ])('of the greeting %j, to nobody who is known, is %j', (outbound, opening) => {
    expect(openingWith({ outbound: {}, organization: { greetings: { outbound } } })).toBe(opening)
  })

  const DEFAULT = 'Hi, this is Jack calling from Premium Auto Sales about your recent inquiry.'
  const UNFIT = [
    'Am I speaking with {{customer_name}}?',
    'Is this {{ customer_name }}?',
    '{{customer_name}}',
    '{{customer_name}} {{customer_first_name}}!',
    'Dear {{customer_name}}, hello.',
    'A message for {{customer_name}}.',
    'Hello. {{customer_name}} has a car here.',
  ]

  test.each(UNFIT)(
    'of %j, which has a gap without a name, is refused where it is set',
    (outbound) => {
      const { error } = GreetingsInput.safeParse({ outbound })

      expect(error?.issues[0]?.message).toContain('{{customer_name|')
    },
  )

  test.each(UNFIT)('of %j, kept from before, has the name, and else is the default', (outbound) => {
    const say = (customerName: string | null) =>
      openingWith({ customerName, outbound: {}, organization: { greetings: { outbound } } })

    expect(say('Sarah')).toContain('Sarah')
    expect(say(null)).toBe(DEFAULT)
  })

  const piece = fc.constantFrom(
    ...['Hi', 'Hello', 'Good morning', 'Dear', 'Is this', 'I speak with', 'your car is ready'],
    ...[',', '.', '!', '?', ';', ':', ' ', ', ', '. '],
    ...['{{customer_name}}', '{{customer_first_name}}', '{{customer_name|you}}'],
    ...['{{agent_name}}', '{{organization_name}}', '{{reason|a car}}'],
  )
  const greetings = fc.array(piece, { minLength: 1, maxLength: 8 }).map((pieces) =>
    pieces
      .join(' ')
      .replace(/ +(?= |[,.!?;:])/g, '')
      .trim(),
  )

  test('of any greeting, to nobody who is known, is without gap, or the default', () => {
    /** Marks that meet, a mark that ends nothing, a word that a name should follow. */
    const GAP =
      /[,.!?;:]\s*[,;:.!?]|^[\s,.;:!?]|[\s,;:]$|\s[,.!?;:]|(is this|with|dear)\s*([,.!?;:]|$)/i

    fc.assert(
      fc.property(greetings, fc.constantFrom('Sarah', null), (outbound, customerName) => {
        const opening = openingWith({
          customerName,
          outbound: {},
          organization: { greetings: { outbound } },
        })
        const asWritten = outbound.replace(/\{\{customer_(first_)?name\}\}/g, 'Sarah')

        expect(opening).toMatch(/[a-z]/i)
        expect(opening).not.toMatch(/\{\{|\}\}/)
        // Where the words have none themselves, once somebody is named in them.
        if (!GAP.test(asWritten)) expect(opening).not.toMatch(GAP)
        const isNamed = /\{\{customer_(first_)?name/.test(outbound)
        if (isNamed && customerName) expect(opening).toContain('Sarah')
      }),
      { numRuns: 1_000 },
    )
  })

  test.each(
    ['Mr', 'mrs', 'Ms', 'Miss', 'Mx', 'Dr', 'Prof', 'Herr', 'Mme', 'Señora'].flatMap((title) => [
      `${title} Chen`,
      `${title}. Chen`,
    ]),
  )('to %j, has the whole name', (name) => {
    expect(openingWith(known(name))).toContain(`Hi ${name}, this is`)
  })

  test('whatever a request gives, has no gap and no variable left in it', () => {
    const value = fc.string({ unit: 'binary', maxLength: 200 })
    fc.assert(
      fc.property(
        fc.option(value),
        value,
        fc.dictionary(fc.stringMatching(/^[a-z][a-z0-9_]{0,9}$/), value),
        (name, reason, variables) => {
          const opening = openingWith({
            customerName: name,
            outbound: { reason, variables },
            organization: {
              greetings: {
                outbound: 'Hi {{customer_name}}, about {{reason|it}}: {{constructor|that}}.',
              },
            },
          })

          expect(opening).not.toMatch(/\{\{|\}\}|native code/)
          expect(opening).toMatch(/^Hi/)
          expect(opening.isWellFormed()).toBe(true)
        },
      ),
    )
  })

  test.each([
    ['a variable that no call has', 'Hi {{first_name}}', '{{first_name}}'],
    ['one with an empty default', 'About {{vehicle| }}', '{{vehicle}}'],
    ['a reason that a call may lack', 'About {{reason}}', '{{reason}}'],
    ['braces that close nothing', 'Hi {{customer_name}, hello', '{{ or }}'],
    ['a name in capitals', 'Hi {{Name|you}}', '{{ or }}'],
    ['nothing', '  ', ''],
  ])('a greeting with %s, is refused by name', (_, inbound, named) => {
    const { error } = GreetingsInput.safeParse({ inbound })

    expect(error?.issues[0]?.message).toContain(named)
  })
})
