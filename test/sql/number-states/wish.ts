/** Which number somebody would like. */
export interface Wish {
  areaCode: string | null
  only: boolean
}

export function regionOf(areaCode: string | null): string | null {
  return areaCode && (areaCode === '416' ? 'ON' : 'BC')
}

/** As the SQL functions take it. */
export function argsOf({ areaCode, only }: Wish) {
  return {
    country: 'CA',
    areaCode,
    region: regionOf(areaCode),
    areaCodeOnly: only,
  }
}
