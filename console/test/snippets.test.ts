/** The first call as code: what each client is told, and that a name can be nothing but a name in it. */
import { describe, expect, test } from 'vitest'
import {
  baseUrl,
  type SnippetChoice,
  snippet,
  snippetFormats,
  snippetLanguages,
} from '../src/ui/snippets.ts'

const origin = 'https://ai.example.com'
const choices: SnippetChoice[] = snippetFormats.flatMap((format) =>
  snippetLanguages.map((language) => ({ format, language })),
)

test.each(choices)('$format, $language: names the model, reads the token, says hello', (choice) => {
  const code = snippet(choice, { origin, model: 'provider/model' })
  expect(code).toContain('provider/model')
  expect(code).toContain('COMMONHOLD_TOKEN')
  expect(code).toContain('Say hello.')
  expect(code).not.toMatch(/ch_(va|pat)_/)
})

test.each([
  ['OpenAI', 'curl', 'curl https://ai.example.com/v1/chat/completions \\\n'],
  ['OpenAI', 'Python', 'base_url="https://ai.example.com/v1",\n'],
  ['OpenAI', 'TypeScript', "baseURL: 'https://ai.example.com/v1',\n"],
  ['Anthropic', 'curl', 'curl https://ai.example.com/v1/messages \\\n'],
  ['Anthropic', 'Python', 'base_url="https://ai.example.com",\n'],
  ['Anthropic', 'TypeScript', "baseURL: 'https://ai.example.com',\n"],
] as const)('%s, %s: the address is what that client wants', (format, language, line) => {
  expect(snippet({ format, language }, { origin, model: 'p/m' })).toContain(line)
})

test('the base URL of OpenAI’s clients has the version, that of Anthropic’s has not', () => {
  expect(baseUrl('OpenAI', origin)).toBe('https://ai.example.com/v1')
  expect(baseUrl('Anthropic', origin)).toBe('https://ai.example.com')
})

test('an address in brackets is quoted, for some shells take them for a pattern', () => {
  const code = snippet(
    { format: 'OpenAI', language: 'curl' },
    { origin: 'http://[::1]:7333', model: 'p/m' },
  )
  expect(code).toContain("curl 'http://[::1]:7333/v1/chat/completions' \\\n")
})

describe.each([
  ['p/m', `"p/m"`, `"p/m"`, `'p/m'`],
  ['root:p/m', `"root:p/m"`, `"root:p/m"`, `'root:p/m'`],
  ['two words', `"two words"`, `"two words"`, `'two words'`],
  [`it's`, `"it'\\''s"`, `"it's"`, `'it\\'s'`],
  ['a "b"', `"a \\"b\\""`, `"a \\"b\\""`, `'a "b"'`],
  ['\\"', `"\\\\\\""`, `"\\\\\\""`, `'\\\\"'`],
  ['$(id) `id` $id', '"$(id) `id` $id"', '"$(id) `id` $id"', "'$(id) `id` $id'"],
  ["';id\n", `"'\\'';id\\n"`, `"';id\\n"`, `'\\';id\\n'`],
])('the name %j', (model, inShell, inPython, inTypeScript) => {
  test.each(snippetFormats)('stays a name in each language for %s', (format) => {
    const write = (language: SnippetChoice['language']) =>
      snippet({ format, language }, { origin, model })
    expect(write('curl')).toContain(`"model": ${inShell},\n`)
    expect(write('Python')).toContain(`model=${inPython},\n`)
    expect(write('TypeScript')).toContain(`model: ${inTypeScript},\n`)
  })
})
