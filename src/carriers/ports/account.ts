/** What the telephone company says of our account, for whoever looks after it. */
export interface TelephonyAccount {
  /** `isTrial`: it reaches verified numbers only. @throws CarrierError */
  getAccount(): Promise<{ isActive: boolean; isTrial: boolean }>
  /** What is left of the money, in millionths of `currency`; null where another account pays. @throws CarrierError */
  getBalance(): Promise<{ micros: number; currency: string } | null>
  /**
   * Those of the countries (two letters) that calls, or texts, may not go to. One that the company does not
   * know is none of them. @throws CarrierError
   */
  findClosed(countries: readonly string[]): Promise<{ calls: string[]; texts: string[] }>
}
