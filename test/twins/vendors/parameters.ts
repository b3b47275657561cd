import { customer, ourNumber } from './busy-world.ts'

/** The tokens and cursors are those that the first page of one row names. */
export const ofFirstPage = '(of the first page)'

/**
 * For every query parameter that a route heeds, a value that changes what the busy world answers;
 * null where none does: no number of the twin needs an address, and no service has two campaigns.
 */
export const delivering: Record<string, Record<string, string | null>> = {
  'get /2010-04-01/Accounts/*/AvailablePhoneNumbers/*/Local.json': {
    ...pages(),
    AreaCode: '778',
    Contains: '6123',
    VoiceEnabled: 'false',
    SmsEnabled: 'false',
    MmsEnabled: 'false',
    FaxEnabled: 'true',
    ExcludeAllAddressRequired: null,
    ExcludeLocalAddressRequired: null,
    ExcludeForeignAddressRequired: null,
    InRegion: 'ON',
    InLocality: 'Surrey',
    InLata: '722',
    InRateCenter: 'SURREY',
    InPostalCode: 'V3T 1V8',
  },
  'get /2010-04-01/Accounts/*/IncomingPhoneNumbers.json': {
    ...pages(),
    PhoneNumber: '778',
    FriendlyName: 'nobody',
    Origin: 'hosted',
  },
  'get /2010-04-01/Accounts/*/Messages.json': {
    ...pages(),
    From: customer,
    To: customer,
    ...dates('DateSent'),
  },
  'get /2010-04-01/Accounts/*/Messages/*/Media.json': { ...pages(), ...dates('DateCreated') },
  'get /2010-04-01/Accounts/*/Calls.json': {
    ...pages(),
    From: customer,
    To: customer,
    Status: 'busy',
    ParentCallSid: 'CA00000000000000000000000000000000',
    ...dates('StartTime'),
    ...dates('EndTime'),
  },
  'get /2010-04-01/Accounts/*/Recordings.json': {
    ...pages(),
    CallSid: 'CA00000000000000000000000000000000',
    ...dates('DateCreated'),
  },
  'get /v1/Services': pages(),
  'get /v1/Services/*/PhoneNumbers': pages(),
  'get /v1/Services/*/Compliance/Usa2p': { Page: '1', PageSize: null, PageToken: null },
  'get /v2/Voice/Numbers/*': { OriginationNumber: ourNumber },
  'get /v1/convai/phone-numbers': { provider: 'exotel', agent_id: 'nobody' },
  'get /v1/convai/v2/phone-numbers': {
    ...cursors(),
    provider: 'exotel',
    agent_id: 'nobody',
    phone_number: ourNumber,
    label: 'line +1778',
    search: 'line +1778',
    supports_outbound: 'false',
  },
  'get /v1/convai/agents': { ...cursors(), search: 'jill' },
  'get /v1/convai/conversations': {
    ...cursors(),
    agent_id: 'nobody',
    user_id: 'nobody',
    call_start_after_unix: '4000000000',
    call_start_before_unix: '1000000000',
    call_successful: 'failure',
    conversation_initiation_source: 'widget',
    summary_mode: 'include',
  },
}

function pages() {
  return { PageSize: '1', Page: '1', PageToken: ofFirstPage }
}

function cursors() {
  return { page_size: '1', cursor: ofFirstPage }
}

function dates(name: string) {
  return { [name]: '2001-01-01', [`${name}<`]: '2001-01-01', [`${name}>`]: '2100-01-01' }
}
