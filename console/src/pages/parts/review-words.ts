/** What the findings of an access review are called, and what each means. */
export interface FindingWord {
  readonly label: string
  readonly hint: string
  readonly tone: 'warn' | 'bad' | 'off'
}

/** What asks for an answer first stands first. */
const words: Readonly<Record<string, FindingWord>> = {
  creator_gone: { label: 'Creator gone', hint: 'Who made it is not active here.', tone: 'warn' },
  owner_team_gone: {
    label: 'Nobody answers',
    hint: 'The team that answered for it is gone, suspended or empty.',
    tone: 'bad',
  },
  author_gone: { label: 'Author gone', hint: 'Who granted it is not active here.', tone: 'bad' },
  author_lost_power: {
    label: 'Author lost power',
    hint: 'Who granted it could not grant it now.',
    tone: 'bad',
  },
  unused: { label: 'Unused', hint: 'Nobody used it in the time chosen.', tone: 'warn' },
  wide: { label: 'Wide', hint: 'It carries everything there is to carry.', tone: 'warn' },
  unused_power: {
    label: 'More than used',
    hint: 'It carries permissions that nobody used in the time chosen.',
    tone: 'off',
  },
  expiring: { label: 'Ends soon', hint: 'It ends within 14 days.', tone: 'off' },
  expired: { label: 'Ended', hint: 'It carries nothing any more.', tone: 'off' },
  subject_inactive: {
    label: 'Idle',
    hint: 'Who has it is not active, or the team has no members.',
    tone: 'off',
  },
}

export function findingWord(finding: string): FindingWord {
  return words[finding] ?? { label: finding.replaceAll('_', ' '), hint: '', tone: 'off' }
}

const order = Object.keys(words)

export function byUrgency([a]: readonly [string, number], [b]: readonly [string, number]): number {
  return order.indexOf(a) - order.indexOf(b)
}

/** Who is gone holds nothing: one of the two says it. */
export function withoutImplied(findings: readonly string[]): readonly string[] {
  return findings.includes('author_gone')
    ? findings.filter((finding) => finding !== 'author_lost_power')
    : findings
}
