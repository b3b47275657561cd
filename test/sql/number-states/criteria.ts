/** Which number somebody would like. */
export interface Criteria {
  areaCode: string | null
  only: boolean
}

export function regionOf(areaCode: string | null): string | null {
  return areaCode && (areaCode === '416' ? 'ON' : 'BC')
}

/** As the SQL functions take it. */
export function argsOf({ areaCode, only }: Criteria) {
  return {
    country: 'CA',
    areaCode,
    region: regionOf(areaCode),
    areaCodeOnly: only,
  }
}
