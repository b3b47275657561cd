import { newId } from '../core/ids.ts'
import type { World } from '../core/world.ts'
import { ratesOfNumber } from '../pricing/rates.ts'
import { twilioError } from './errors.ts'
import { nationalFormat, rfc2822 } from './format.ts'
import { isStock, numbersOf, stockedAreas } from './inventory.ts'
import { accountSid, type NumberRow } from './model.ts'
import { addressRequirements, capabilities } from './number-search.ts'
import { settingsForm, withSettings } from './number-settings.ts'

/** The fields of a purchase. */
export const purchaseForm = ['PhoneNumber', 'AreaCode', ...settingsForm]

/** The number that test credentials may always buy: nothing is charged, nothing is kept. */
const magicNumber = '+15005550006'
const magicAreaCode = '500'

/**
 * Buys the number of the form, or any free one of its area code. Errors: 21421 invalid number,
 * 21422 not available, 21451 invalid area code, 21452 area code without stock, and those of the
 * settings; then nothing is bought.
 */
export function buyNumber(world: World, form: Record<string, unknown>): NumberRow {
  const phoneNumber = chooseNumber(world, form)
  const number = withSettings(newNumber(phoneNumber), form)
  if (phoneNumber === magicNumber) return number
  return world.change(({ twilio }) => {
    twilio.numbers.push(number)
    // The first month is paid at the purchase.
    twilio.spent += ratesOfNumber(phoneNumber).number
    return number
  })
}

function chooseNumber(world: World, form: Record<string, unknown>): string {
  const { PhoneNumber: phoneNumber, AreaCode: areaCode } = form
  if (typeof phoneNumber === 'string' && phoneNumber !== '') return checkNumber(world, phoneNumber)
  if (typeof areaCode === 'string' && areaCode !== '') return firstFree(world, areaCode)
  throw twilioError(400, 21421, 'PhoneNumber or AreaCode is required')
}

function checkNumber(world: World, phoneNumber: string): string {
  if (phoneNumber === magicNumber) return phoneNumber
  // +15005550001 is Twilio's own example of an invalid number.
  if (!/^\+[1-9]\d{6,14}$/.test(phoneNumber) || phoneNumber === '+15005550001') {
    throw twilioError(400, 21421, `PhoneNumber ${phoneNumber} is invalid`)
  }
  if (!isStock(world, phoneNumber) || isOwned(world, phoneNumber)) {
    throw twilioError(400, 21422, `PhoneNumber ${phoneNumber} is not available`)
  }
  return phoneNumber
}

function firstFree(world: World, areaCode: string): string {
  if (areaCode === magicAreaCode) return magicNumber
  if (!/^[2-9]\d{2}$/.test(areaCode)) {
    throw twilioError(400, 21451, `AreaCode is not valid: ${areaCode}`)
  }
  const area = stockedAreas(world).find((each) => each.code === areaCode)
  const free = area && numbersOf(area).find((number) => !isOwned(world, number))
  if (free === undefined) {
    throw twilioError(400, 21452, `No phone numbers found in area code ${areaCode}`)
  }
  return free
}

function isOwned(world: World, phoneNumber: string): boolean {
  return world.state.twilio.numbers.some((number) => number.phone_number === phoneNumber)
}

function newNumber(phoneNumber: string): NumberRow {
  const sid = newId('PN')
  const now = rfc2822(new Date())
  return {
    sid,
    account_sid: accountSid,
    phone_number: phoneNumber,
    friendly_name: nationalFormat(phoneNumber),
    voice_url: '',
    voice_method: 'POST',
    voice_fallback_url: '',
    voice_fallback_method: 'POST',
    voice_application_sid: null,
    voice_caller_id_lookup: false,
    voice_receive_mode: 'voice',
    trunk_sid: null,
    sms_url: '',
    sms_method: 'POST',
    sms_fallback_url: '',
    sms_fallback_method: 'POST',
    sms_application_sid: '',
    status_callback: '',
    status_callback_method: 'POST',
    emergency_status: 'Inactive',
    emergency_address_sid: null,
    emergency_address_status: 'unregistered',
    identity_sid: null,
    address_sid: null,
    address_requirements: addressRequirements,
    bundle_sid: null,
    capabilities: { ...capabilities },
    origin: 'twilio',
    beta: false,
    status: 'in-use',
    type: 'local',
    api_version: '2010-04-01',
    date_created: now,
    date_updated: now,
    uri: `/2010-04-01/Accounts/${accountSid}/IncomingPhoneNumbers/${sid}.json`,
  }
}
