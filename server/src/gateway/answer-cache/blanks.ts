/**
 * A JSON text without the blanks between its parts, so that two clients which only indent differently
 * ask the same. Nothing else is made alike: the order of fields and the way in which a number is typed
 * may mean something to a provider, and large numbers are not what they were once they are parsed.
 */

const blanks = /[ \t\n\r]+/g

/** @param text that has been parsed as JSON without an error */
export function withoutBlanks(text: string): string {
  const parts: string[] = []
  let at = 0
  for (let quote = text.indexOf('"'); quote >= 0; quote = text.indexOf('"', at)) {
    const end = endOfString(text, quote)
    parts.push(text.slice(at, quote).replace(blanks, ''), text.slice(quote, end))
    at = end
  }
  parts.push(text.slice(at).replace(blanks, ''))
  return parts.join('')
}

/** @returns the position after the closing quote */
function endOfString(text: string, from: number): number {
  for (let at = from + 1; ; at++) {
    const code = text.charCodeAt(at)
    if (code === 0x5c) at++
    else if (code === 0x22 || Number.isNaN(code)) return at + 1
  }
}
