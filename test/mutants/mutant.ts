/** A fault put into the product on purpose, which some check has to find. */
export interface Mutant {
  /** What is wrong with it, as one would say it of the product. */
  readonly name: string
  /** From the root of the repository. */
  readonly file: string
  /** Stands in the file exactly once. */
  readonly find: string
  readonly replace: string
}

/** What became of it. */
export interface Outcome {
  readonly name: string
  readonly file: string
  /** What saw it; null where nothing did. */
  readonly killedBy: string | null
  /** How many checks were made until then, that one included. */
  readonly checks: number
}

/** @throws Error where the text is not there, or not there once: then the list has to be mended */
export function mutate(source: string, { name, file, find, replace }: Mutant): string {
  const parts = source.split(find)
  if (parts.length !== 2) {
    throw new Error(`${file} has the text of "${name}" ${parts.length - 1} times: ${find}`)
  }
  return parts.join(replace)
}
