/** What a budget or limit is for: the account, a team, a person, a program, a token or a model. */
import { Select } from '@mantine/core'
import { useState } from 'react'
import { useActing } from '../../api/acting.ts'
import { type ChoiceSource, modelIds, teams, users, virtualAccounts } from '../../api/choices.ts'
import { client } from '../../api/client.ts'
import { kindLabel } from '../../ui/format.ts'
import { AppLink } from '../../ui/link.tsx'
import { NamePair } from '../../ui/name-pair.tsx'
import { pathOfKind } from '../../ui/paths.ts'
import { ReferenceSelect } from '../../ui/reference-select.tsx'
import { Tag } from '../../ui/state.tsx'
import classes from './limit-subject.module.css'

export const levels = ['account', 'team', 'user', 'virtual-account', 'token', 'model'] as const
export type Level = (typeof levels)[number]

export const levelOptions = levels.map((value) => ({
  value,
  label: value === 'account' ? 'The whole account' : kindLabel(value),
}))

interface Limit {
  name: string
  displayName: string
  level: Level | 'share'
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
  if (level === 'account' || of === null) return 'The whole account'
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
