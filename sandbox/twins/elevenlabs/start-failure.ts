/** Why a conversation could not begin; the caller is cut off, and the reason is kept with it. */
export class StartFailure extends Error {
  override name = 'StartFailure'
}
