import { readFileSync } from 'node:fs'
import { Ajv, type ValidateFunction } from 'ajv'
import { nameOf } from './routes.ts'

/** What Twilio says of a route: its parameters, and a schema of each answer; null where it has no body. */
interface Published {
  query: string[]
  form: string[]
  answers: Record<string, object | null>
}

const file = new URL('twilio-schema.json', import.meta.url)
const document: { routes: Record<string, Published> } = JSON.parse(readFileSync(file, 'utf8'))

/** Twilio's own description of its routes, by their names. */
export const published: Record<string, Published> = Object.fromEntries(
  Object.entries(document.routes).map(([route, said]) => {
    const [method = '', path = ''] = route.split(' ')
    return [nameOf({ method, path }), said]
  }),
)

/** Formats that say more than the type does; the others are words for the reader. */
const formats = {
  uri: (text: string) => URL.canParse(text, 'https://api.twilio.com'),
  'date-time': (text: string) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text),
  'date-time-rfc-2822': /^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d \+0000$/,
  'phone-number': true,
  currency: /^[A-Z]{3}$/,
  'http-method': /^(GET|POST)$/,
  'iso-country-code': /^[A-Z]{2}$/,
} as const

const ajv = new Ajv({ allErrors: true, strict: false, formats, logger: false })
ajv.addSchema(document, 'twilio')
const validators = new Map<string, ValidateFunction>()

/** What in an answer is not as Twilio says that it is. */
export function untrue(name: string, status: number, body: unknown): string[] {
  const schema = published[name]?.answers[status]
  if (schema === undefined) return [`Twilio does not answer ${status}`]
  if (schema === null) return body === '' ? [] : [`Twilio answers nothing, and this is ${body}`]
  const key = `${name} ${status}`
  const validate = validators.get(key) ?? ajv.compile(referring(schema))
  validators.set(key, validate)
  validate(body)
  return (validate.errors ?? []).map(({ instancePath, message, params }) => {
    return `${instancePath || '/'} ${message} ${JSON.stringify(params)}`
  })
}

function referring(schema: object): object {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/schemas', '"twilio#/schemas'))
}
