/** docs/errors.md: a section for each code, which is what a problem's `type` points to. */
import { type ErrorCode, errors } from '@commonhold/contract'
import { adviceOn } from './error-advice.ts'
import type { GeneratedFile } from './generated-file.ts'

const opening = `# Errors

Every refusal of the API is an \`application/problem+json\` document ([RFC 9457]) with one of the
codes below in \`code\`. The list is closed and a code never changes its meaning, so programs should
look at \`code\`; \`detail\` is for people. Quote \`requestId\` when you ask for help.

The list is in the order of precedence: where several things are wrong, the first is named.

[RFC 9457]: https://www.rfc-editor.org/rfc/rfc9457
`

export function errorsFile(): GeneratedFile {
  const codes = Object.keys(errors) as ErrorCode[]
  const rows = codes.map(
    (code) => `| [\`${code}\`](#${code}) | ${errors[code].status} | ${errors[code].title} |`,
  )
  const table = ['| code | status | title |', '|---|---|---|', ...rows].join('\n')
  return {
    path: 'docs/errors.md',
    text: `${generated}\n${opening}\n${table}\n\n${codes.map(section).join('\n')}`,
  }
}

const generated = '<!-- Generated from contract/src/errors.ts by `npm run gen`: don’t edit it. -->'

/** The heading is the code alone, so that its anchor is the code on every renderer. */
function section(code: ErrorCode): string {
  const { status, title } = errors[code]
  const { means, whatToDo } = adviceOn[code]
  return `## ${code}\n\n**${status} · ${title}.**\n\n${means}\n\n**What to do.** ${whatToDo}\n`
}
