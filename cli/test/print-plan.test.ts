import type { AccessChange, AccessDifference, DryRun } from '@commonhold/sdk'
import { describe, expect, test } from 'vitest'
import { printPlan } from '../src/print-plan.ts'

const account = { kind: 'account', id: 'acct_1', name: 'research' }
const holder = {
  kind: 'user',
  id: 'user_1',
  name: 'ben@acme.example',
  token: null,
  through: [
    {
      grant: 'grant_1',
      role: 'editor',
      subject: { kind: 'team', name: 'builders' },
      on: account,
      state: 'deleted',
    },
  ],
  tokens: [{ id: 'tok_1', name: 'main', state: 'cut' }],
} as const
const loss = {
  account,
  on: account,
  permissions: ['model:use'],
  except: [],
  isAll: false,
  count: 1,
  holders: [holder],
  sentence: 'ben@acme.example loses model:use in research.',
} as unknown as AccessDifference

const access = (more: Partial<AccessChange> = {}): AccessChange => ({
  lost: [loss],
  gained: [],
  total: { losers: 1, gainers: 0, lost: 1, gained: 0 },
  compared: 3,
  notCompared: 0,
  running: null,
  ...more,
})

function printed(plan: Partial<DryRun<unknown>>): string[] {
  const lines: string[] = []
  const io = { out: (line: string) => void lines.push(line) }
  printPlan({ dryRun: true, changes: [], lost: [], access: null, ...plan }, io as never)
  return lines.slice(2)
}

const nothing = { lost: [], total: { losers: 0, gainers: 0, lost: 0, gained: 0 } }

describe('what a dry run says of access', () => {
  test('is told once: who, what, where, through which grants, and with which tokens', () => {
    const lost = [
      { what: 'budget', id: 'bud_1', sentence: 'The budget of it goes.' },
      { what: 'access', id: 'user_1', sentence: loss.sentence },
    ]
    expect(printed({ lost, access: access() })).toEqual([
      '  lost with it:',
      '    The budget of it goes. (bud_1)',
      '  who loses access:',
      '    ben@acme.example loses model:use in research.',
      '      ben@acme.example',
      '        through editor on research, the team builders: deleted (grant_1)',
      '        token main: cut (tok_1)',
    ])
  })

  test('names ten of many, and counts what the API did not tell', () => {
    const holders = Array.from({ length: 50 }, (_, n) => ({ ...holder, name: `p${n}`, tokens: [] }))
    const many = { ...loss, holders, count: 500, sentence: '500 lose it.' }
    const total = { losers: 500, gainers: 0, lost: 3, gained: 0 }
    const lines = printed({ access: access({ lost: [many as never], total }) })
    expect(lines.filter((line) => /^ {6}p\d+$/.test(line))).toHaveLength(10)
    expect(lines.slice(-2)).toEqual(['      and 490 more', '    and 2 more like these'])
  })

  test('says which calls run, and that too many were concerned to compare', () => {
    const callers = [
      { kind: 'virtual-account', name: 'bot', token: 'main', model: 'sandbox/small', calls: 2 },
    ] as const
    const sentence = '2 calls that run now would be ended.'
    const running = { calls: 2, callers: [...callers], asked: 1, silent: 0, sentence }
    expect(printed({ access: access({ ...nothing, running }) })).toEqual([
      '  running calls:',
      '    2 calls that run now would be ended.',
      '    2 ×  bot  main  sandbox/small',
    ])
    const lost = [{ what: 'access', id: '', sentence: '12000 members are concerned.' }]
    expect(printed({ lost, access: access({ ...nothing, notCompared: 12_000 }) })).toEqual([
      '  lost with it:',
      '    12000 members are concerned.',
    ])
  })

  test('holds nothing that a terminal would obey', () => {
    const evil = { ...loss, sentence: '\u001b[2Jgone' }
    expect(printed({ access: access({ lost: [evil] }) }).join()).not.toContain('\u001b')
  })
})
