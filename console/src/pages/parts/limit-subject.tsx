/**
 * What a budget or limit is for: the account, everybody in it alike, a team, a person, a program, a
 * token or a model; in root also what an account spends through a share, or all accounts together.
 */
import { Select } from '@mantine/core'
import { useState } from 'react'
import { useActing } from '../../api/acting.ts'
import {
  type ChoiceSource,
  modelIds,
  sharesSpentThrough,
  teams,
  users,
  virtualAccounts,
} from '../../api/choices.ts'
import { client } from '../../api/client.ts'
import { kindLabel } from '../../ui/format.ts'
import { AppLink } from '../../ui/link.tsx'
import { NamePair } from '../../ui/name-pair.tsx'
import { pathOfKind } from '../../ui/paths.ts'
import { ReferenceSelect } from '../../ui/reference-select.tsx'
import { Tag } from '../../ui/state.tsx'
import classes from './limit-subject.module.css'

const ownLevels = [
  'account',
  'each-user',
  'each-virtual-account',
  'team',
  'user',
  'virtual-account',
  'token',
  'model',
] as const
const rootLevels = ['tenant', 'share', ...ownLevels] as const
export type Level = (typeof rootLevels)[number]

const wholes: Partial<Record<Level, string>> = {
  account: 'The whole account',
  tenant: 'All accounts together',
  'each-user': 'Each user alike',
  'each-virtual-account': 'Each virtual account alike',
}

const optionOf = (value: Level) => ({ value, label: wholes[value] ?? kindLabel(value) })

/** What may be limited in this account; a tenant without accounts does not notice that there are any. */
export function useLevelOptions() {
  const { isRoot, knowsAccounts } = useActing()
  return (isRoot && knowsAccounts ? rootLevels : ownLevels).map(optionOf)
}

/** Whether the level alone does not say what is limited. */
export const needsSubject = (level: Level) => wholes[level] === undefined

interface Limit {
  name: string
  displayName: string
  level: Level
  of: { id: string; name: string } | null
  imposed: boolean
}

export function NameOfLimit({ limit }: { limit: Limit }) {
  return (
    <span className={classes.name}>
      <NamePair of={limit} />
      {limit.imposed && <Tag>Set by the tenant</Tag>}
      <span className={classes.for}>
        <SubjectOfLimit limit={limit} />
      </span>
    </span>
  )
}

export function SubjectOfLimit({ limit: { level, of } }: { limit: Limit }) {
  const { account } = useActing()
  if (of === null) return wholes[level] ?? 'The whole account'
  const to = pathOfKind(level, account, of.id)
  return (
    <>
      {to === null ? of.name : <AppLink to={to}>{of.name}</AppLink>} <Tag>{kindLabel(level)}</Tag>
    </>
  )
}

const sources: Partial<Record<Level, ChoiceSource>> = {
  team: teams,
  user: users,
  'virtual-account': virtualAccounts,
  model: modelIds,
  share: sharesSpentThrough,
}

interface SubjectFieldsProps {
  level: Level
  of: string
  error: string | undefined
  onLevel: (level: Level) => void
  onOf: (of: string) => void
}

export function SubjectFields({ level, of, error, onLevel, onOf }: SubjectFieldsProps) {
  const source = sources[level]
  const levelOptions = useLevelOptions()
  return (
    <>
      <Select
        label="For"
        data={levelOptions}
        allowDeselect={false}
        value={level}
        onChange={(next) => {
          onLevel((next ?? 'account') as Level)
          onOf('')
        }}
      />
      {source !== undefined && (
        <ReferenceSelect
          key={level}
          source={source}
          label={`Which ${kindLabel(level).toLowerCase()}`}
          placeholder="Choose"
          value={of}
          error={error}
          onChange={onOf}
        />
      )}
      {level === 'token' && <TokenSelect value={of} error={error} onChange={onOf} />}
    </>
  )
}

interface TokenSelectProps {
  value: string
  error: string | undefined
  onChange: (token: string) => void
}

/** Tokens are found through the virtual account that holds them. */
function TokenSelect({ value, error, onChange }: TokenSelectProps) {
  const [owner, setOwner] = useState('')
  const tokens: ChoiceSource = {
    key: `tokens-${owner}`,
    search: async (account, q) => {
      const query = { account, virtualAccount: owner, ...(q === '' ? {} : { q }) }
      const { items } = await client.token.list(query)
      return items.map(({ id, displayName, name }) => ({ value: id, label: displayName || name }))
    },
  }
  return (
    <>
      <ReferenceSelect
        source={virtualAccounts}
        label="Token of which virtual account"
        placeholder="Choose"
        value={owner}
        onChange={(next) => {
          setOwner(next)
          onChange('')
        }}
      />
      {owner !== '' && (
        <ReferenceSelect
          key={owner}
          source={tokens}
          label="Which token"
          placeholder="Choose"
          value={value}
          error={error}
          onChange={onChange}
        />
      )}
    </>
  )
}
