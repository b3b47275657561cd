import { Client } from 'pg'
import { accountPath, accountSid, atTwilio, authToken } from '../../test/support/twilio-console.ts'

const AT_ONCE = 16
const AREA_CODES = ['212', '415', '305', '778']

export interface Configured {
  phone_number: string
  twilio_phone_sid: string
  elevenlabs_phone_id: string
}

/**
 * Adds numbers to the pool until it has `count` more: bought, imported and set up at both carriers' twins as
 * one of the pool already is, and known to the database. Bought by the product they would take minutes, and
 * none of it is what a sweep is measured with.
 */
export async function addNumbers(databaseUrl: string, twins: string, count: number): Promise<void> {
  const client = new Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    const { rows } = await client.query<Configured>(
      "select * from orgline.phone_numbers where status = 'configured' order by created_at limit 1",
    )
    const [model] = rows
    if (!model) throw new Error('no number of the pool is there to be copied')
    const copy = await copier(twins, model)
    const added: Configured[] = []
    let begun = 0
    const one = async () => {
      while (begun < count) {
        const number = stockNumber(begun)
        begun += 1
        added.push(await copy(number))
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, one))
    await insertCopies(client, model.phone_number, added)
    await client.query('vacuum analyze orgline.phone_numbers')
  } finally {
    await client.end()
  }
}

/** One of those that Twilio's twin has, of area codes in which nothing else is bought. */
function stockNumber(index: number): string {
  return `+1${AREA_CODES[index % AREA_CODES.length]}555${2_000 + Math.floor(index / AREA_CODES.length)}`
}

/** Buys and imports a number, with the settings that the model has at both carriers. */
async function copier(twins: string, model: Configured) {
  const at = { origin: twins }
  const { body: twilio } = await atTwilio(
    at,
    'GET',
    `${accountPath}/IncomingPhoneNumbers/${model.twilio_phone_sid}.json`,
  )
  const imported = await atElevenLabs(twins, 'GET', model.elevenlabs_phone_id)
  return async (phoneNumber: string): Promise<Configured> => {
    const list = `${accountPath}/IncomingPhoneNumbers`
    const { body: bought } = await atTwilio(at, 'POST', `${list}.json`, {
      PhoneNumber: phoneNumber,
      FriendlyName: twilio.friendly_name,
    })
    const { phone_number_id } = await atElevenLabs(twins, 'POST', '', {
      provider: 'twilio',
      phone_number: bought.phone_number,
      label: imported.label,
      sid: accountSid,
      token: authToken,
      agent_id: imported.assigned_agent?.agent_id,
    })
    await atTwilio(at, 'POST', `${list}/${bought.sid}.json`, {
      VoiceUrl: twilio.voice_url,
      VoiceFallbackUrl: twilio.voice_fallback_url,
      SmsUrl: twilio.sms_url,
      SmsFallbackUrl: twilio.sms_fallback_url,
      StatusCallback: twilio.status_callback,
    })
    return {
      phone_number: bought.phone_number,
      twilio_phone_sid: bought.sid,
      elevenlabs_phone_id: phone_number_id,
    }
  }
}

async function atElevenLabs(twins: string, method: string, id: string, body?: object) {
  const answer = await fetch(
    `${twins}/elevenlabs/v1/convai/phone-numbers${id === '' ? '' : `/${id}`}`,
    {
      method,
      headers: { 'xi-api-key': 'sandbox-elevenlabs-key', 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    },
  )
  const text = await answer.text()
  if (!answer.ok) throw new Error(`ElevenLabs' twin answers ${answer.status}: ${text}`)
  return JSON.parse(text)
}

/** Adds a row for each of `added`, with what it says, and like that of the number `model` in everything else. */
export async function insertCopies(
  client: Client,
  model: string,
  added: Configured[],
): Promise<void> {
  const { rows } = await client.query<{ columns: string }>(
    `select string_agg(quote_ident(attname), ', ') as columns from pg_attribute
     where attrelid = 'orgline.phone_numbers'::regclass and attnum > 0 and not attisdropped and attgenerated = ''`,
  )
  const columns = rows[0]?.columns
  await client.query(
    `insert into orgline.phone_numbers (${columns})
     select ${columns} from (
       select copied.* from orgline.phone_numbers model, jsonb_array_elements($2::jsonb) one,
         jsonb_populate_record(model, one || jsonb_build_object('id', gen_random_uuid())) copied
       where model.phone_number = $1) copies`,
    [model, JSON.stringify(added)],
  )
}
