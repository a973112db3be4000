/** Writes what the API answered as YAML, for people to read and copy. Not a general serializer. */
const PLAIN = /^[A-Za-z][A-Za-z0-9 _./@-]*$/
const WORDS_OF_YAML = /^(true|false|null|yes|no|on|off|~)$/i

export function toYaml(value: unknown, depth = 0): string {
  const indent = '  '.repeat(depth)
  if (Array.isArray(value)) {
    if (value.length === 0) return ' []\n'
    return `\n${value.map((item) => `${indent}-${afterDash(item, depth)}`).join('')}`
  }
  if (isObject(value)) {
    const entries = Object.entries(value).filter(([, one]) => one !== undefined)
    if (entries.length === 0) return ' {}\n'
    const lines = entries.map(([key, one]) => `${indent}${scalar(key)}:${toYaml(one, depth + 1)}`)
    return depth === 0 ? lines.join('') : `\n${lines.join('')}`
  }
  return ` ${scalar(value)}\n`
}

/** The first field of an object stands on the line of its dash. */
function afterDash(item: unknown, depth: number): string {
  const text = toYaml(item, depth + 1)
  return isObject(item) && text.startsWith('\n') ? ` ${text.trimStart()}` : text
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function scalar(value: unknown): string {
  if (typeof value !== 'string') return String(value)
  return PLAIN.test(value) && !WORDS_OF_YAML.test(value) ? value : JSON.stringify(value)
}
