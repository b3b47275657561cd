import description from '../../package.json' with { type: 'json' }

/** Of the release: what package.json says, which `npm version` writes. */
export const VERSION: string = description.version
