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
    p_country: 'CA',
    p_area_code: areaCode,
    p_region: regionOf(areaCode),
    p_area_code_only: only,
  }
}
