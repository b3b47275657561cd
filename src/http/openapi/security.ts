import type { Guard, Route } from '../route.ts'

const user = { userToken: [] }
const operator = { adminKey: [] }

const security: Record<Guard, Record<string, string[]>[]> = {
  public: [],
  signup: [user, operator],
  member: [user, operator],
  admin: [operator],
  twilio: [{ twilioSignature: [] }],
  elevenlabs: [{ orglineSecret: [] }],
  elevenlabs_signed: [{ elevenLabsSignature: [] }],
}

/** What a key has to be allowed stands behind its scheme, as OpenAPI has it for roles. */
export function securityOf({ guard, scope }: Route): Record<string, string[]>[] {
  return scope ? [...security[guard], { organizationKey: [scope] }] : security[guard]
}

const bearer = { type: 'http', scheme: 'bearer' } as const
const header = { type: 'apiKey', in: 'header' } as const

export const securitySchemes = {
  userToken: { ...bearer, bearerFormat: 'JWT', description: 'Supabase Auth access token' },
  adminKey: { ...bearer, description: 'A key of ADMIN_API_KEYS' },
  organizationKey: {
    ...bearer,
    description: 'A key of one organization (ol_…) that has the scope named beside it',
  },
  twilioSignature: {
    ...header,
    name: 'X-Twilio-Signature',
    description: 'Over the URL and the form, with the Twilio token',
  },
  orglineSecret: {
    ...header,
    name: 'X-Orgline-Secret',
    description: 'ELEVENLABS_INIT_SECRET, as setup:elevenlabs gave it to ElevenLabs',
  },
  elevenLabsSignature: {
    ...header,
    name: 'ElevenLabs-Signature',
    description: 'Over the raw body, with ELEVENLABS_WEBHOOK_SECRET',
  },
}
