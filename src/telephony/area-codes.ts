import { AREA_CODE_TABLE, type Country } from './area-code-table.ts'

export type { Country }

/** An area code with its country and two-letter state or province. */
export interface AreaCode {
  readonly code: string
  readonly country: Country
  readonly region: string
}

export type AreaCodeCheck =
  | { ok: true; areaCode: AreaCode }
  | { ok: false; problem: 'area_code_invalid' | 'area_code_not_supported'; detail: string }

const byCode = new Map<string, AreaCode>()
const byRegion = new Map<string, string[]>()
for (const [country, regions, codes] of AREA_CODE_TABLE) {
  for (const region of regions.split(' ')) fileRow(country, region, codes.split(' '))
}

/** In use for toll-free numbers, and 822, the next one reserved for them. */
const TOLL_FREE = new Set(['800', '822', '833', '844', '855', '866', '877', '888'])

/**
 * Says whether numbers can be bought under an area code, and where it is.
 *
 * `code` is taken as it stands: no trimming, and an empty string is invalid. `detail` is a sentence
 * for whoever sent the code.
 */
export function checkAreaCode(code: string): AreaCodeCheck {
  if (!/^[2-9]\d{2}$/.test(code)) {
    return refuse('area_code_invalid', `${quote(code)} is not three digits, the first from 2 to 9`)
  }
  if (code.endsWith('11')) {
    return refuse('area_code_invalid', `"${code}" is a service code such as 911, not an area code`)
  }
  const areaCode = byCode.get(code)
  if (areaCode) return { ok: true, areaCode }
  if (TOLL_FREE.has(code)) {
    return refuse('area_code_not_supported', `"${code}" is toll-free and belongs to no region`)
  }
  return refuse(
    'area_code_not_supported',
    `"${code}" is not in service in a US state, DC or a Canadian province`,
  )
}

/**
 * The area codes in service in a state or province (`'US', 'WA'`), in ascending order; empty for a
 * region that is not in the table. Prince Edward Island has those of Nova Scotia, and the three
 * Canadian territories share one.
 */
export function areaCodesOfRegion(country: Country, region: string): string[] {
  return [...(byRegion.get(`${country} ${region}`) ?? [])]
}

/**
 * The area code of a whole E.164 number; undefined for a number without one in the table: other
 * countries, toll-free, short codes, SIP addresses.
 */
export function areaCodeOf(e164: string): AreaCode | undefined {
  const code = /^\+1(\d{3})\d{7}$/.exec(e164)?.[1]
  return code === undefined ? undefined : byCode.get(code)
}

function fileRow(country: Country, region: string, codes: string[]): void {
  const key = `${country} ${region}`
  byRegion.set(key, [...(byRegion.get(key) ?? []), ...codes])
  for (const code of codes) {
    // A shared code stays with the first region of its row.
    if (!byCode.has(code)) byCode.set(code, { code, country, region })
  }
}

function refuse(
  problem: 'area_code_invalid' | 'area_code_not_supported',
  reason: string,
): AreaCodeCheck {
  const instead = 'the area code of a US state, DC or a Canadian province, such as "212" or "604"'
  return { ok: false, problem, detail: `Area code ${reason}; send ${instead}.` }
}

/** What was sent, cut short so that a long text does not come back whole. */
function quote(code: string): string {
  return JSON.stringify(code.length > 12 ? `${code.slice(0, 12)}…` : code)
}
