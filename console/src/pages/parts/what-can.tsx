/** What somebody, or a token, can reach: in the account as a whole, and each thing with what may be done there. */
import { Select } from '@mantine/core'
import { useActing } from '../../api/acting.ts'
import { resourcesOfKind } from '../../api/choices.ts'
import { client } from '../../api/client.ts'
import { useList } from '../../api/query.ts'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { kindLabel } from '../../ui/format.ts'
import { kindOf } from '../../ui/kinds.ts'
import { AppLink } from '../../ui/link.tsx'
import { useListState } from '../../ui/list-state.ts'
import { FilterSelect, ListToolbar } from '../../ui/list-toolbar.tsx'
import { Section } from '../../ui/page.tsx'
import { pathOfKind, paths } from '../../ui/paths.ts'
import { actionOf, groupByKind } from '../../ui/permissions.ts'
import { type Search, useSearchState } from '../../ui/search.ts'
import { Tag } from '../../ui/state.tsx'
import classes from './explain.module.css'
import { WhoFields } from './explain-form.tsx'
import { type Asked, askedIn, WHOLE_ACCOUNT } from './explain-question.ts'

type Answer = Awaited<ReturnType<typeof client.access.whatCan>>
type Body = Parameters<typeof client.access.whatCan>[1]
type Reached = Answer['items'][number]

const sharedOptions = [
  { value: 'false', label: 'Of this account' },
  { value: 'true', label: 'Shared with it' },
]
const kinds = Object.keys(resourcesOfKind).map((value) => ({ value, label: kindLabel(value) }))

export function WhatCan() {
  const [search, change] = useSearchState()
  const asked = askedIn(search)
  const kind = kindIn(search)
  return (
    <>
      <search className={classes.form} data-fields="3">
        <WhoFields asked={asked} />
        <Select
          label="Of the kind"
          placeholder="Any kind"
          clearable
          clearButtonProps={{ 'aria-label': 'Clear' }}
          data={kinds}
          value={kind ?? null}
          onChange={(next) =>
            change({
              kind: next ?? undefined,
              permission: undefined,
              resource: undefined,
              cursor: undefined,
            })
          }
        />
      </search>
      <Reach asked={asked} kind={kind} />
    </>
  )
}

/** In the address the kind may be that of another question: the account is none of these. */
const kindIn = ({ kind }: Search) => (kind === WHOLE_ACCOUNT ? undefined : kind)

function Reach({ asked, kind }: { asked: Asked; kind: string | undefined }) {
  const list = useListState('name', ['shared'])
  const { principal, token } = asked
  const body = {
    ...(principal === '' ? {} : { principal }),
    ...(token === '' ? {} : { token }),
    ...(kind === undefined ? {} : { kind }),
  } as Body
  const query = useList('access-what-can', list.query, whatCan(body), {
    params: { asked: JSON.stringify(body) },
  })
  const answer = query.data as Answer | undefined
  return (
    <>
      <Section title="In the account as a whole">
        <Wide permissions={answer?.accountWide} />
      </Section>
      <Section title="Things">
        <ListToolbar list={list} searchLabel="Search by name">
          <FilterSelect list={list} name="shared" label="Own and shared" options={sharedOptions} />
        </ListToolbar>
        <DataTable
          label="What can be reached"
          list={list}
          query={query}
          columns={columns}
          rowKey={({ id }) => id}
          rowActions={(one) => <WhyLink one={one} asked={asked} />}
          empty={
            <EmptyState title="Nothing is reached">
              No grant reaches anything here, or boundary, share and scopes leave it out.
            </EmptyState>
          }
        />
      </Section>
    </>
  )
}

type Listing = { asked: string; account: string }

function whatCan(body: Body) {
  return ({ asked: _, ...listing }: Listing) => client.access.whatCan(listing, body)
}

function Wide({ permissions }: { permissions: readonly string[] | undefined }) {
  if (permissions === undefined) return <div className={classes.wideWaiting} aria-busy="true" />
  const groups = groupByKind(permissions)
  if (groups.length === 0) {
    return <p className={classes.second}>Nothing: only what is named below is reached.</p>
  }
  return (
    <dl className={classes.wide}>
      {groups.map(({ kind, permissions: own }) => (
        <div key={kind}>
          <dt>{kindLabel(kind)}</dt>
          <dd>{own.map(actionOf).join(', ')}</dd>
        </div>
      ))}
    </dl>
  )
}

const columns: readonly Column<Reached>[] = [
  { id: 'name', header: 'What', sort: 'name', cell: (one) => <What one={one} /> },
  {
    id: 'kind',
    header: 'Kind',
    width: 150,
    from: 'sm',
    cell: ({ kind }) => kindLabel(kind),
  },
  { id: 'may', header: 'May', cell: (one) => <Actions one={one} /> },
]

function What({ one: { id, kind, name, shared } }: { one: Reached }) {
  const { account } = useActing()
  const to = pathOfKind(kind, account, id)
  return (
    <>
      {to === null ? name : <AppLink to={to}>{name}</AppLink>} {shared && <Tag>Shared</Tag>}
    </>
  )
}

function Actions({ one: { kind, permissions } }: { one: Reached }) {
  const own = permissions.filter((permission) => kindOf(permission) === kind)
  const within = groupByKind(permissions.filter((permission) => kindOf(permission) !== kind))
  return (
    <>
      {own.map(actionOf).join(', ')}
      {within.map((group) => (
        <div key={group.kind} className={classes.second}>
          {kindLabel(group.kind)}s in it: {group.permissions.map(actionOf).join(', ')}
        </div>
      ))}
    </>
  )
}

function WhyLink({ one, asked }: { one: Reached; asked: Asked }) {
  const { account } = useActing()
  const { principal, token } = asked
  const permission = one.permissions.at(-1)!
  return (
    <AppLink
      to={paths.explain(account)}
      search={{ principal, token, permission, kind: one.kind, resource: one.id }}
      aria-label={`Why ${one.name} is reached`}
      className={classes.why}
    >
      Why
    </AppLink>
  )
}
