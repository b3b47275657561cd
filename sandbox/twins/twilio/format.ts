/** A North American number as Twilio names it by default: `(604) 555-2000`. */
export function nationalFormat(phoneNumber: string): string {
  const [, area, exchange, line] = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(phoneNumber) ?? []
  return area === undefined ? phoneNumber : `(${area}) ${exchange}-${line}`
}

/** A date as the 2010-04-01 API writes it (RFC 2822). */
export function rfc2822(date: Date): string {
  return date.toUTCString().replace('GMT', '+0000')
}
