import { customer, ourNumber } from './busy-world.ts'

// biome-ignore lint/suspicious/noExplicitAny: rows of every list
export type Row = any

/** What a list is asked for, and which of its rows that leaves, in their order. */
export interface Asked {
  /** As it is, or of the rows that are there. */
  value: string | ((rows: Row[]) => string)
  leaves: (rows: Row[], value: string) => Row[]
}

/**
 * What a query parameter is tried with. Of a filter, one value at least leaves rows and one takes some away;
 * `altered` by its value is an answer that is no choice of rows; `needless` has nothing to take away here.
 */
export type Tried = { asked: Asked[] } | { altered: string } | { needless: string }

/** The tokens and cursors are those that the first page of one row names. */
export const ofFirstPage = '(of the first page)'

/** For every query parameter that a route heeds, what it leaves of what the varied world has. */
export const delivering: Record<string, Record<string, Tried>> = {
  'get /2010-04-01/Accounts/*/AvailablePhoneNumbers/*/Local.json': {
    ...pages(),
    AreaCode: filter('778', (row) => row.phone_number.startsWith('+1778')),
    Contains: filter('20*9$', (row) => /20\d9$/.test(row.phone_number)),
    VoiceEnabled: eitherWay((row) => row.capabilities.voice),
    SmsEnabled: eitherWay((row) => row.capabilities.sms),
    MmsEnabled: eitherWay((row) => row.capabilities.mms),
    FaxEnabled: eitherWay((row) => row.capabilities.fax),
    // No number of the twin needs an address.
    ExcludeAllAddressRequired: { needless: 'true' },
    ExcludeLocalAddressRequired: { needless: 'true' },
    ExcludeForeignAddressRequired: { needless: 'true' },
    InRegion: filter('ON', (row) => row.region === 'ON'),
    InLocality: filter('Surrey', (row) => row.locality === 'Surrey'),
    InLata: filter('888', (row) => row.lata === '888'),
    InRateCenter: filter('SURREY', (row) => row.rate_center === 'SURREY'),
    InPostalCode: filter('V3T 1V8', (row) => row.postal_code === 'V3T 1V8'),
  },
  'get /2010-04-01/Accounts/*/IncomingPhoneNumbers.json': {
    ...pages(),
    PhoneNumber: filter('778', (row) => row.phone_number.includes('778')),
    FriendlyName: filter('(604) 555-2000', (row) => row.phone_number === ourNumber),
    Origin: tried(is('origin', 'twilio'), is('origin', 'hosted')),
  },
  'get /2010-04-01/Accounts/*/Messages.json': {
    ...pages(),
    From: tried(is('from', customer), is('from', ourNumber)),
    To: tried(is('to', customer), is('to', ourNumber)),
    ...dates('DateSent', 'date_sent'),
  },
  'get /2010-04-01/Accounts/*/Messages/*/Media.json': {
    ...pages(),
    ...dates('DateCreated', 'date_created'),
  },
  'get /2010-04-01/Accounts/*/Calls.json': {
    ...pages(),
    From: tried(is('from', customer), is('from', ourNumber)),
    To: tried(is('to', customer), is('to', ourNumber)),
    Status: tried(is('status', 'completed'), is('status', 'busy')),
    ParentCallSid: tried(isOfOne('parent_call_sid')),
    ...dates('StartTime', 'start_time'),
    ...dates('EndTime', 'end_time'),
  },
  'get /2010-04-01/Accounts/*/Recordings.json': {
    ...pages(),
    CallSid: tried(isOfOne('call_sid')),
    ...dates('DateCreated', 'date_created'),
  },
  'get /v1/Services': pages(),
  'get /v1/Services/*/PhoneNumbers': pages(),
  // No service has two campaigns.
  'get /v1/Services/*/Compliance/Usa2p': {
    PageSize: { needless: '1' },
    Page: pages().Page,
    PageToken: { needless: 'PA' },
  },
  'get /v2/Voice/Numbers/*': { OriginationNumber: { altered: ourNumber } },
  'get /v1/convai/phone-numbers': importFilters(),
  'get /v1/convai/v2/phone-numbers': {
    ...cursors(),
    ...importFilters(),
    phone_number: tried(isOfOne('phone_number'), is('phone_number', ourNumber)),
    label: filter('line +1778', (row) => row.label.startsWith('Line +1778')),
    search: filter('line +1778', (row) => row.label.startsWith('Line +1778')),
    supports_outbound: eitherWay((row) => row.supports_outbound),
  },
  'get /v1/convai/agents': {
    ...cursors(),
    search: filter('jill', (row) => row.name === 'Jill'),
  },
  'get /v1/convai/tools': {
    ...cursors(),
    search: filter('mail', (row) => row.tool_config.name === 'mail'),
  },
  'get /v1/convai/conversations': {
    ...cursors(),
    agent_id: tried(isOfOne('agent_id'), is('agent_id', 'nobody')),
    // Lists do not show it; all were dialled for this one.
    user_id: tried(all('call-1'), none('nobody')),
    call_start_after_unix: tried(all('1000000000'), none('4000000000')),
    call_start_before_unix: tried(none('1000000000'), all('4000000000')),
    call_successful: tried(is('call_successful', 'success'), is('call_successful', 'failure')),
    conversation_initiation_source: tried(
      is('conversation_initiation_source', 'twilio'),
      is('conversation_initiation_source', 'widget'),
    ),
    summary_mode: { altered: 'include' },
  },
}

function importFilters() {
  const agentOf = (row: Row) => row.assigned_agent.agent_id
  return {
    provider: tried(is('provider', 'twilio'), is('provider', 'exotel')),
    agent_id: tried({
      value: (rows: Row[]) => agentOf(rows[0]),
      leaves: (rows: Row[], value: string) => rows.filter((row) => agentOf(row) === value),
    }),
  }
}

function pages() {
  return {
    PageSize: tried(of('1', (rows) => rows.slice(0, 1))),
    Page: tried(
      of('0', (rows) => rows),
      none('1'),
    ),
    PageToken: tried(of(ofFirstPage, (rows) => rows.slice(1))),
  }
}

function cursors() {
  return {
    page_size: tried(of('1', (rows) => rows.slice(0, 1))),
    cursor: tried(of(ofFirstPage, (rows) => rows.slice(1))),
  }
}

/** A day, a second, and both bounds; each bound is within what it leaves. */
function dates(name: string, field: string) {
  const secondOf = (rows: Row[]) => new Date(rows[0][field]).toISOString()
  const byTime = (fits: (time: number, asked: number) => boolean) => ({
    value: secondOf,
    leaves: (rows: Row[], value: string) =>
      rows.filter((row) => fits(Date.parse(row[field]), Date.parse(value))),
  })
  const onDay: Asked = {
    value: (rows) => secondOf(rows).slice(0, 10),
    leaves: (rows, day) => rows.filter((row) => secondOf([row]).startsWith(day)),
  }
  return {
    [name]: tried(
      onDay,
      byTime((time, asked) => time === asked),
      none('2001-01-01'),
    ),
    [`${name}<`]: tried(
      byTime((time, asked) => time <= asked),
      none('2001-01-01'),
    ),
    [`${name}>`]: tried(
      byTime((time, asked) => time >= asked),
      none('2100-01-01'),
    ),
  }
}

function tried(...asked: Asked[]) {
  return { asked }
}

function of(value: string, leaves: (rows: Row[]) => Row[]): Asked {
  return { value, leaves }
}

function all(value: string): Asked {
  return of(value, (rows) => rows)
}

function none(value: string): Asked {
  return of(value, () => [])
}

/** One value, and the rows that fit it. */
function filter(value: string, fits: (row: Row) => boolean) {
  return tried(of(value, (rows) => rows.filter(fits)))
}

/** Both values of a filter for what a row can do or cannot. */
function eitherWay(can: (row: Row) => boolean) {
  return tried(
    of('true', (rows) => rows.filter(can)),
    of('false', (rows) => rows.filter((row) => !can(row))),
  )
}

/** The rows that have the value in their field. */
function is(field: string, value: string): Asked {
  return of(value, (rows) => rows.filter((row) => row[field] === value))
}

/** As `is`, of a value that a row has. */
function isOfOne(field: string): Asked {
  return {
    value: (rows) => rows.find((row) => row[field])?.[field],
    leaves: (rows, value) => rows.filter((row) => row[field] === value),
  }
}
