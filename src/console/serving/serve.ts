import type { RequestHandler, Response } from 'express'
import { AppError } from '../../platform/errors.ts'
import { readAssets } from './assets.ts'
import { documentOf, type SignInService } from './document.ts'

const A_YEAR = 'public, max-age=31536000, immutable'

/** Answers the page, and the files that it asks for. @throws AppError not_found, for a file that there is not */
export function serveConsole(signIn: SignInService | undefined): RequestHandler {
  const assets = readAssets()
  const page = documentOf(assets, signIn)
  return (req, res) => {
    const [, version, path] = /^\/console\/assets\/([^/]+)\/(.+)$/.exec(req.path) ?? []
    if (version !== undefined && path !== undefined) return sendAsset(res, version, path)
    if (req.path.startsWith('/console/assets')) throw unknownFile()
    res.set({
      ETag: page.etag,
      'Cache-Control': 'no-cache',
      'Content-Security-Policy': page.policy,
      'X-Frame-Options': 'DENY',
    })
    res.type('html').send(page.html)
  }

  /**
   * What has the version in its address never changes. A page of before an update, or of another server in the
   * middle of one, asks for another version: it gets what there is, for this once.
   */
  function sendAsset(res: Response, version: string, path: string) {
    const asset = assets.files.get(path)
    if (!asset) throw unknownFile()
    // A page is a hundred of them: that it was opened is a line of the log, and they are none.
    res.locals.isProbe = true
    res.set({
      ETag: asset.etag,
      'Cache-Control': version === assets.version ? A_YEAR : 'no-cache',
      'Content-Type': asset.type,
    })
    res.send(asset.text)
  }
}

function unknownFile(): AppError {
  return new AppError('not_found', 'The console has no such file: load the page again')
}
