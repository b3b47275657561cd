/**
 * The characters of the GSM-7 alphabet: one septet each, or two for those behind the escape.
 * Source: 3GPP TS 23.038, part 6.2.1, tables of the default alphabet and its extension.
 */
const BASIC = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
)
const EXTENDED = new Set('\f^{}\\[~]|€')

/** How many units fit: alone, and where a text takes several segments, each with its header. */
const GSM_7 = { alone: 160, joined: 153 }
const UCS_2 = { alone: 70, joined: 67 }

/**
 * How many segments carriers bill for a text: GSM-7 where every character is in that alphabet, else
 * UCS-2. No character is split between two segments. An empty text is one.
 */
export function countSegments(text: string): number {
  const characters = [...text]
  const isGsm = characters.every((one) => BASIC.has(one) || EXTENDED.has(one))
  const sizes = characters.map((one) => (isGsm ? (EXTENDED.has(one) ? 2 : 1) : one.length))
  const { alone, joined } = isGsm ? GSM_7 : UCS_2
  if (sizes.reduce((sum, size) => sum + size, 0) <= alone) return 1

  let segments = 1
  let used = 0
  for (const size of sizes) {
    if (used + size > joined) {
      segments += 1
      used = 0
    }
    used += size
  }
  return segments
}
