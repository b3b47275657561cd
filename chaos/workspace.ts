/** All deployments of a run are copies of one database, and one deployment to ElevenLabs. */
export const WORKSPACE = { id: '00000000', agents: [] }
