/** The first call, ready to paste. The secret goes into the environment, where it belongs. */
export interface SnippetInput {
  /** Of this deployment: `https://ai.example.com`. */
  origin: string
  /** As callers name it: `provider-account/model`. */
  model: string
}

export const snippetLanguages = ['curl', 'Python', 'TypeScript'] as const
export type SnippetLanguage = (typeof snippetLanguages)[number]

const writers: Record<SnippetLanguage, (input: SnippetInput) => string> = {
  curl: ({ origin, model }) => `curl ${origin}/v1/chat/completions \\
  -H "Authorization: Bearer $COMMONHOLD_TOKEN" \\
  -H "Content-Type: application/json" \\
  -d '{
    "model": "${model}",
    "messages": [{"role": "user", "content": "Say hello."}]
  }'`,
  Python: ({ origin, model }) => `import os
from openai import OpenAI

client = OpenAI(
    base_url="${origin}/v1",
    api_key=os.environ["COMMONHOLD_TOKEN"],
)
answer = client.chat.completions.create(
    model="${model}",
    messages=[{"role": "user", "content": "Say hello."}],
)
print(answer.choices[0].message.content)`,
  TypeScript: ({ origin, model }) => `import OpenAI from 'openai'

const client = new OpenAI({
  baseURL: '${origin}/v1',
  apiKey: process.env.COMMONHOLD_TOKEN,
})
const answer = await client.chat.completions.create({
  model: '${model}',
  messages: [{ role: 'user', content: 'Say hello.' }],
})
console.log(answer.choices[0]?.message.content)`,
}

export function snippet(language: SnippetLanguage, input: SnippetInput): string {
  return writers[language](input)
}
