/** The basic character set of GSM 03.38, each character one septet. */
const basic =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà'
/** Its extension table: an escape and the character, two septets that are never parted. */
const extended = '\f^{}\\[~]|€'

/**
 * How many segments a text is sent in: up to 160 septets, or 70 UCS-2 units as soon as one
 * character is outside GSM 03.38, in one; else 153 or 67 each. No character is cut in two.
 */
export function segmentsOf(body: string): number {
  const characters = [...body]
  const gsm = characters.every((each) => basic.includes(each) || extended.includes(each))
  const sizes = characters.map((each) => (gsm ? (extended.includes(each) ? 2 : 1) : each.length))
  const [whole, part] = gsm ? [160, 153] : [70, 67]
  if (sizes.reduce((sum, size) => sum + size, 0) <= whole) return 1
  let segments = 1
  let used = 0
  for (const size of sizes) {
    if (used + size > part) {
      segments += 1
      used = 0
    }
    used += size
  }
  return segments
}
