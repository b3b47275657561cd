/** The fewest settings the server starts with. */
export const exampleSettings = {
  PUBLIC_URL: 'https://line.example.com',
  DATABASE_URL: 'postgres://orgline:database-password@127.0.0.1:5432/orgline',
  AUTH_HS256_SECRET: 'users-token-secret-of-32-characters',
  AUTH_ISSUER: 'https://users.example.com',
  ADMIN_API_KEYS: 'ops:operators-key-0123456789',
  TWILIO_ACCOUNT_SID: 'AC00000000000000000000000000000001',
  TWILIO_AUTH_TOKEN: 'twilio-auth-token',
  ELEVENLABS_API_KEY: 'elevenlabs-api-key',
  ELEVENLABS_AGENT_ID: 'agent_1',
  ELEVENLABS_INIT_SECRET: 'init-secret-0123456789',
}

/** Where Supabase stands for the database and for users' tokens. */
export const supabaseSettings = {
  ...exampleSettings,
  DATABASE_URL: undefined,
  AUTH_HS256_SECRET: undefined,
  AUTH_ISSUER: undefined,
  SUPABASE_URL: 'https://project.supabase.co',
  SUPABASE_SECRET_KEY: 'sb_secret_0123456789',
}
