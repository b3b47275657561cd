/** The page by itself: what it shows comes from the two scripts. */
export const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Orgline API</title>
    <link rel="icon" href="data:,">
  </head>
  <body>
    <div id="reference"></div>
    <noscript>This page needs JavaScript. <a href="/openapi.json">The same as JSON</a></noscript>
    <script src="/docs/scalar.js"></script>
    <script src="/docs/start.js"></script>
  </body>
</html>
`

/** Nothing of it asks another server: no fonts, no figures of use, no assistant, no proxy for what is tried out. */
export const START = `Scalar.createApiReference('#reference', ${JSON.stringify(
  {
    url: '/openapi.json',
    withDefaultFonts: false,
    telemetry: false,
    agent: { disabled: true },
    mcp: { disabled: true },
    hideClientButton: true,
    showDeveloperTools: 'never',
    persistAuth: false,
    hideModels: true,
    defaultOpenAllTags: false,
  },
  null,
  2,
)})
`

/**
 * In place of the server's own policy, for this page alone. Scalar writes its styles into the page, and
 * draws with pictures that it holds; it runs no script that is not at this origin, and none from text.
 */
export const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')
