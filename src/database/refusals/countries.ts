import { z } from 'zod'
import { refusal } from './refusal.ts'

export const named = (countries: string[]) => countries.join(', ') || 'no country'

/** Where to a call or text may go. */
export const ofCountries = {
  country_not_served: refusal(
    z.object({
      number: z.string(),
      country: z.string().nullable(),
      countries: z.array(z.string()),
    }),
    ({ number, country, countries }) =>
      `${number} is in ${country ?? 'a country that is not known'}, and this server calls and texts ${named(countries)}: its operators can add a country (OUTBOUND_COUNTRIES)`,
  ),
  country_not_chosen: refusal(
    z.object({
      number: z.string(),
      country: z.string(),
      organization_id: z.string(),
      countries: z.array(z.string()),
    }),
    ({ number, country, organization_id, countries }) =>
      `${number} is in ${country}, and organization ${organization_id} calls and texts ${named(countries)}: its admins can change that (settings.outbound_countries)`,
  ),
}
