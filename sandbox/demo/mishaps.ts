import { accountSid } from '../twins/twilio/model.ts'
import type { Json } from './narrator.ts'
import {
  ADMIN,
  arrangeFault,
  atCarriers,
  BUY,
  call,
  type Dealer,
  type Stage,
  signUp,
  signUpLive,
  stateAtCarriers,
} from './stage.ts'

/** A purchase whose answer never arrives is found again, and not repeated. */
export async function losesAnAnswer(stage: Stage): Promise<Dealer> {
  const { narrator } = stage
  const before = await atCarriers(stage)
  await arrangeFault(stage, { carrier: 'twilio', operation: BUY, kind: 'lost_reply', ms: 200 })
  const dealer = await signUpLive(stage, 'Lucky Motors', '415')
  const after = await atCarriers(stage)
  narrator.claim(
    'Twilio’s answer never arrived',
    after.twilio.requests.some((row: Json) => row.operation === BUY && row.status === null),
  )
  narrator.claim(
    'the purchase was sent once',
    after.requests.twilio[BUY] - before.requests.twilio[BUY] === 1,
  )
  const known = before.twilio.numbers.map((row: Json) => row.phone_number)
  const bought = after.twilio.numbers.filter((row: Json) => !known.includes(row.phone_number))
  narrator.report(`Twilio has it under the name ${bought[0]?.friendly_name}`)
  narrator.claim(
    'one number was bought, and found again by its tag',
    bought.length === 1 &&
      bought[0].phone_number === dealer.number &&
      bought[0].friendly_name.startsWith('orgline:'),
  )
  return dealer
}

/** An import that ElevenLabs refuses is finished by a person, who is told how. */
export async function manualImports(stage: Stage): Promise<Dealer> {
  const { api, world, narrator } = stage
  await arrangeFault(stage, {
    carrier: 'elevenlabs',
    operation: 'phoneNumbers.create',
    kind: 'error',
    status: 422,
  })
  const { organization, ...dealer } = await signUp(stage, 'Handmade Motors')
  const { twilio, elevenlabs } = await stateAtCarriers(stage, dealer.number)
  narrator.claim(
    'the number is bought, and waits for its import',
    organization?.requiresElevenLabsImport &&
      !organization.readyToUse &&
      !elevenlabs &&
      twilio?.sms_url.startsWith(api),
  )
  const { notifications } = await narrator.send({
    method: 'GET',
    url: `${api}/api/admin/notifications?status=pending&type=elevenlabs_import_required`,
    token: ADMIN,
    show: (answer) => answer.notifications.flatMap((row: Json) => row.message.split('\n')),
  })
  narrator.claim(
    'an operator is told what to do',
    notifications.length === 1 &&
      notifications[0].message.includes(`/api/admin/phone-numbers/${dealer.number}/activate`),
  )
  const { phone_number_id: id } = await narrator.send({
    url: `${world}/elevenlabs/v1/convai/phone-numbers`,
    body: {
      provider: 'twilio',
      phone_number: dealer.number,
      label: 'manually',
      sid: accountSid,
      token: 'sandbox-twilio-token',
    },
    show: (answer) => answer,
  })
  narrator.claim(
    'the import has taken the texts away, to ElevenLabs',
    (await textsGoTo(stage, dealer)).startsWith(`${world}/elevenlabs/`),
  )
  await narrator.send({
    url: `${api}/api/admin/phone-numbers/${dealer.number}/activate`,
    token: ADMIN,
    body: { elevenLabsPhoneId: id },
    show: ({ status }) => ({ status }),
  })
  narrator.claim(
    'the activation has brought them back',
    (await textsGoTo(stage, dealer)).startsWith(api),
  )
  await call(stage, dealer, [])
  return dealer
}

async function textsGoTo(stage: Stage, dealer: Dealer): Promise<string> {
  const { twilio } = await stateAtCarriers(stage, dealer.number)
  return twilio?.sms_url ?? ''
}
