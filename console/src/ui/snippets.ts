/**
 * The first call, ready to paste: by the format that a client speaks, and the language that it is
 * written in. The secret goes into the environment, where it belongs, and is never written here.
 * Names hold no quotes today; they are escaped all the same, for what is pasted into a shell is run.
 */
export interface SnippetInput {
  /** Of this deployment: `https://ai.example.com`. */
  origin: string
  /** As callers name it: `provider-account/model`, or a virtual model's name. */
  model: string
}

export const snippetFormats = ['OpenAI', 'Anthropic'] as const
export type SnippetFormat = (typeof snippetFormats)[number]

export const snippetLanguages = ['curl', 'Python', 'TypeScript'] as const
export type SnippetLanguage = (typeof snippetLanguages)[number]

export interface SnippetChoice {
  format: SnippetFormat
  language: SnippetLanguage
}

/** OpenAI's clients want the version in the base URL, Anthropic's add it themselves. */
const baseUrls: Record<SnippetFormat, (origin: string) => string> = {
  OpenAI: (origin) => `${origin}/v1`,
  Anthropic: (origin) => origin,
}

/** @returns what clients of the format are given as their base URL */
export function baseUrl(format: SnippetFormat, origin: string): string {
  return baseUrls[format](origin)
}

type Writer = (url: string, model: string) => string

const writers: Record<SnippetFormat, Record<SnippetLanguage, Writer>> = {
  OpenAI: {
    curl: (url, model) => `curl ${shellWord(`${url}/chat/completions`)} \\
  -H "Authorization: Bearer $COMMONHOLD_TOKEN" \\
  -H "Content-Type: application/json" \\
  -d ${shellQuoted(`{
    "model": ${JSON.stringify(model)},
    "messages": [{"role": "user", "content": "Say hello."}]
  }`)}`,
    Python: (url, model) => `import os
from openai import OpenAI

client = OpenAI(
    base_url=${JSON.stringify(url)},
    api_key=os.environ["COMMONHOLD_TOKEN"],
)
answer = client.chat.completions.create(
    model=${JSON.stringify(model)},
    messages=[{"role": "user", "content": "Say hello."}],
)
print(answer.choices[0].message.content)`,
    TypeScript: (url, model) => `import OpenAI from 'openai'

const client = new OpenAI({
  baseURL: ${singleQuoted(url)},
  apiKey: process.env.COMMONHOLD_TOKEN,
})
const answer = await client.chat.completions.create({
  model: ${singleQuoted(model)},
  messages: [{ role: 'user', content: 'Say hello.' }],
})
console.log(answer.choices[0]?.message.content)`,
  },
  Anthropic: {
    curl: (url, model) => `curl ${shellWord(`${url}/v1/messages`)} \\
  -H "x-api-key: $COMMONHOLD_TOKEN" \\
  -H "anthropic-version: 2023-06-01" \\
  -H "Content-Type: application/json" \\
  -d ${shellQuoted(`{
    "model": ${JSON.stringify(model)},
    "max_tokens": 200,
    "messages": [{"role": "user", "content": "Say hello."}]
  }`)}`,
    Python: (url, model) => `import os
from anthropic import Anthropic

client = Anthropic(
    base_url=${JSON.stringify(url)},
    api_key=os.environ["COMMONHOLD_TOKEN"],
)
answer = client.messages.create(
    model=${JSON.stringify(model)},
    max_tokens=200,
    messages=[{"role": "user", "content": "Say hello."}],
)
print(answer.content[0].text)`,
    TypeScript: (url, model) => `import Anthropic from '@anthropic-ai/sdk'

const client = new Anthropic({
  baseURL: ${singleQuoted(url)},
  apiKey: process.env.COMMONHOLD_TOKEN,
})
const answer = await client.messages.create({
  model: ${singleQuoted(model)},
  max_tokens: 200,
  messages: [{ role: 'user', content: 'Say hello.' }],
})
for (const part of answer.content) if (part.type === 'text') console.log(part.text)`,
  },
}

export function snippet({ format, language }: SnippetChoice, input: SnippetInput): string {
  return writers[format][language](baseUrl(format, input.origin), input.model)
}

/** What a shell may read as anything but itself, the brackets of an IPv6 address among it, is quoted. */
function shellWord(text: string): string {
  return /^[\w.:/-]+$/.test(text) ? text : shellQuoted(text)
}

function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}

/** As JSON has it, which Python and TypeScript read alike, in the quotes that TypeScript prefers. */
function singleQuoted(text: string): string {
  const inner = JSON.stringify(text).slice(1, -1)
  return `'${inner.replaceAll('\\"', '"').replaceAll("'", "\\'")}'`
}
