/** The commands of the document about agents and their numbers, as it writes them. */

export const CREATE = `
POST /api/agents
Content-Type: application/json
Authorization: Bearer YOUR_TOKEN

{
  "agent_name": "Dr. Smith's Office Assistant",
  "language": "en",
  "area_code": "212",           // Optional: Preferred area code
  "provision_phone": true        // Default: true
}`

export const PROVISION = `
POST /api/agents/{agent_id}/phone-number
Content-Type: application/json
Authorization: Bearer YOUR_TOKEN

{
  "area_code": "415",    // Optional
  "country": "US"        // Default: US
}`

export const LIST = `
GET /api/agents/phone-numbers
Authorization: Bearer YOUR_TOKEN`

export const RELEASE = `
DELETE /api/agents/{agent_id}/phone-number
Authorization: Bearer YOUR_TOKEN`

export const SHOW = 'GET /api/agents/{agent_id}'

export const CURL_CREATE = `
curl -X POST http://localhost:8000/api/agents \\
  -H "Authorization: Bearer YOUR_TOKEN" \\
  -H "Content-Type: application/json" \\
  -d '{
    "agent_name": "Test Agent",
    "area_code": "212"
  }'`

export const CURL_LIST = `
curl http://localhost:8000/api/agents/phone-numbers \\
  -H "Authorization: Bearer YOUR_TOKEN"`

export const TEST_CREATE = `
POST http://localhost:8000/api/agents
{
  "agent_name": "Test Agent",
  "provision_phone": true,
  "area_code": "212"
}`

export const INCOMING_CALL = `
POST http://localhost:8000/api/webhooks/call/incoming
{
  "To": "+12125551234",
  "From": "+19175551234",
  "CallSid": "CAxxxxx"
}`

/** What the document says to its reader inside of JSON, left out. */
export const bare = {
  '           // Optional: Preferred area code': '',
  '        // Default: true': '',
  '    // Optional': '',
  '        // Default: US': '',
}
