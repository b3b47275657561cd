/** What is heard or seen where it is, and what nobody's browser may open by itself. SVG is a program. */
const INLINE = /^(audio|video)\/[a-z0-9.+-]{1,60}$|^image\/(?!svg)[a-z0-9.+-]{1,60}$/

/** What else carriers pass on with texts. Source: Twilio, "Accepted Content Types for Media". */
const ATTACHED = new Set([
  'application/pdf',
  'application/rtf',
  'application/vcard',
  'text/calendar',
  'text/csv',
  'text/directory',
  'text/plain',
  'text/rtf',
  'text/vcard',
  'text/x-vcard',
])

const ENDINGS: Record<string, string> = {
  'application/pdf': 'pdf',
  'audio/mpeg': 'mp3',
  'audio/x-wav': 'wav',
  'image/gif': 'gif',
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'text/vcard': 'vcf',
  'text/x-vcard': 'vcf',
  'video/mp4': 'mp4',
}

/** Whether bytes of this type are passed on: sound, pictures and documents, and nothing that runs in a browser. */
export function isPassedOn(type: string): boolean {
  return INLINE.test(type) || ATTACHED.has(type)
}

/** How a browser is to treat them; `name` without its ending, of letters, digits and hyphens. */
export function dispositionOf(type: string, name: string): string {
  const ending = ENDINGS[type]
  const file = ending ? `${name}.${ending}` : name
  return `${INLINE.test(type) ? 'inline' : 'attachment'}; filename="${file}"`
}
