/** A file that is written by `npm run gen` and compared by `npm test`. */
export interface GeneratedFile {
  /** From the root of the repository. */
  readonly path: string
  readonly text: string
}

/** First line of a generated TypeScript file. */
export function header(purpose: string, source: string): string {
  return `/** ${purpose} Generated from ${source} by \`npm run gen\`: don't edit it. */\n`
}
