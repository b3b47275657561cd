/** The commands of the document about the pool, as it writes them. */

export const PURCHASE_5 = `
curl -X POST "https://your-domain.com/api/admin/phone-numbers/batch-purchase" \\
  -H "Content-Type: application/json" \\
  -d '{"count": 5, "areaCode": "604"}'`

export const POOL_STATUS = `
curl "https://your-domain.com/api/admin/phone-numbers/pool/status"`

export const SIGN_UP = `
curl -X POST "https://your-domain.com/api/auth/organizations" \\
  -H "Content-Type: application/json" \\
  -d '{"name": "Test Auto", "email": "test@example.com", ...}'`

export const PURCHASE_20 = `
POST /api/admin/phone-numbers/batch-purchase
{
  "count": 20,
  "areaCode": "604"  // Optional
}`

export const ACTIVATE_20 = `
POST /api/admin/phone-numbers/batch-activate
{
  "phoneNumbers": [
    {"phoneNumber": "+16041234567", "elevenLabsPhoneId": "phone_xyz1"},
    {"phoneNumber": "+16041234568", "elevenLabsPhoneId": "phone_xyz2"}
    // ... 18 more
  ]
}`

/** What the commands leave out, or say to their reader, left out. */
export const bare = { ', ...}': '}', '  // Optional': '', '    // ... 18 more\n': '' }

/** For ACTIVATE_20: its two examples replaced by the first imports, and the rest written out. */
export function withImports(
  imports: { phoneNumber: string; elevenLabsPhoneId: string }[],
): Record<string, string> {
  const [one, two, ...rest] = imports
  return {
    '+16041234567': one?.phoneNumber ?? '',
    phone_xyz1: one?.elevenLabsPhoneId ?? '',
    '+16041234568': two?.phoneNumber ?? '',
    phone_xyz2: two?.elevenLabsPhoneId ?? '',
    '// ... 18 more': rest.map((each) => `, ${JSON.stringify(each)}`).join('\n'),
  }
}
