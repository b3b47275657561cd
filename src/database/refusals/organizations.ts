import { z } from 'zod'
import { inUtc } from '../timestamp.ts'
import { named } from './countries.ts'
import { plain, refusal } from './refusal.ts'

const Numbered = z.object({ number: z.string() })

/** Null: that of the organization. */
const Routed = z.object({ number: z.string().nullable() })
const ofWhich = (number: string | null) =>
  number === null ? 'of the organization' : `of phone number ${number}`

/** Country: null where it is not known; countries: those that the organization calls. */
const Excluded = z.object({
  number: z.string(),
  country: z.string().nullable(),
  countries: z.array(z.string()),
})
const excluded = ({ number, country, countries }: z.infer<typeof Excluded>) =>
  `${number}, in ${country ?? 'a country that is not known, so set it again'}, and the organization calls ${named(countries)}: choose another number, or change settings.outbound_countries`

const CHANGES = { demoted: 'made a member', removed: 'removed' }

export const ofOrganizations = {
  organizations_over_limit: refusal(
    z.object({ limit: z.int() }),
    ({ limit }) => `You have created ${limit} organizations, the most one user may create`,
  ),
  slug_in_use: refusal(
    z.object({ slug: z.string() }),
    ({ slug }) => `The slug "${slug}" is taken: send another one as "slug"`,
  ),
  signed_up_already: refusal(
    z.object({ slug: z.string(), organization_id: z.string() }),
    ({ slug, organization_id }) =>
      `The organization "${slug}" is signed up already, and yours: go on with it as ${organization_id}, or send another "slug"`,
  ),
  default_number_not_active: refusal(
    Numbered,
    ({ number }) =>
      `Phone number ${number} is not an active number of this organization: its phone-numbers say which are`,
  ),
  forward_to_own_number: refusal(
    Numbered,
    ({ number }) =>
      `Calls cannot be forwarded to ${number}: that number is answered here, so they would come back`,
  ),
  routing_to_own_number: refusal(
    Numbered,
    ({ number }) =>
      `Calls cannot be forwarded to ${number}: that number is answered here, so they would come back`,
  ),
  routing_needs_server: refusal(
    Routed,
    ({ number }) =>
      `The routing ${ofWhich(number)} asks for more than an agent, and where the voice platform answers calls, every call is its agent's: set settings.inbound_voice of the organization to server, in the same request or before; or leave only agent in it`,
  ),
  routing_needs_hours: refusal(
    Routed,
    ({ number }) =>
      `The routing ${ofWhich(number)} says where calls go while it is closed, and nothing says when that is: set business_hours, in the same request or before`,
  ),
  destination_excluded: refusal(
    Excluded.extend({
      setting: z.enum(['routing', 'fallback_forward_to']),
      of: z.string().nullable(),
    }),
    ({ setting, of, ...destination }) =>
      `${setting} ${ofWhich(of)} puts callers through to ${excluded(destination)}`,
  ),
  transfer_excluded: refusal(
    Excluded,
    (destination) =>
      `transfer_to of the organization puts callers through to ${excluded(destination)}`,
  ),
  transfer_to_own_number: refusal(
    Numbered,
    ({ number }) =>
      `Callers cannot be handed over to ${number}: that number is answered here, so an agent would answer them again`,
  ),
  no_agent_of_its_own: refusal(
    z.object({ organization_id: z.string() }),
    ({ organization_id }) =>
      `Organization ${organization_id} has no agent of its own, and the one that all share hands nobody over: make one with POST /api/agents, then set transfer_to again`,
  ),
  messaging_service_of_another: refusal(
    z.object({ service: z.string() }),
    ({ service }) =>
      `Messaging Service ${service} belongs to another organization: a STOP to one would silence the other, so each needs its own`,
  ),
  suspended_from_numbers: refusal(
    z.object({ organization: z.string() }),
    ({ organization }) =>
      `Organization "${organization}" is suspended, so it cannot be given a number: resume it first`,
  ),
  api_key_not_listed: refusal(
    z.object({ key_id: z.string() }),
    ({ key_id }) =>
      `API key ${key_id} does not exist: the list of this organization's api-keys shows their ids`,
  ),
  key_over_already: plain('must lie in the future'),
  invite_not_open: refusal(
    z.object({ invite_id: z.string() }),
    ({ invite_id }) =>
      `Invite ${invite_id} is not one of yours, or was answered or taken back: GET /api/invites shows those that are open`,
  ),
  invite_token_differs: refusal(
    z.object({ email: z.string() }),
    ({ email }) =>
      `The token is not that of this invite: send the one of the latest invite to ${email} as "token", or have an admin of the organization invite you anew`,
  ),
  invite_link_expired: refusal(
    z.object({ at: z.string() }),
    ({ at }) =>
      `The link of this invite was good until ${inUtc(at)}: have an admin of the organization invite you anew`,
  ),
  only_admin: refusal(
    z.object({ user_id: z.string(), change: z.enum(['demoted', 'removed']) }),
    ({ user_id, change }) =>
      `User ${user_id} is the only admin of this organization and cannot be ${CHANGES[change]}: make another one admin first`,
  ),
  not_a_member: refusal(
    z.object({ member: z.string() }),
    ({ member }) =>
      `${member} is neither a member of this organization nor invited: its members say who is`,
  ),
}
