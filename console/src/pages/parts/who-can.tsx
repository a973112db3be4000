/** Who can do something, on one thing or in the account: everybody whom the rule allows it, and through what. */
import { UserRoundSearch } from 'lucide-react'
import { useActing } from '../../api/acting.ts'
import { client } from '../../api/client.ts'
import { useList } from '../../api/query.ts'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { kindLabel } from '../../ui/format.ts'
import { AppLink } from '../../ui/link.tsx'
import { type ListState, useListState } from '../../ui/list-state.ts'
import { FilterSelect, ListToolbar } from '../../ui/list-toolbar.tsx'
import { Section } from '../../ui/page.tsx'
import { pathOfKind, paths } from '../../ui/paths.ts'
import { PermissionSummary } from '../../ui/permission-summary.tsx'
import { useSearchState } from '../../ui/search.ts'
import { Tag } from '../../ui/state.tsx'
import { Time } from '../../ui/time.tsx'
import classes from './explain.module.css'
import { DeedFields } from './explain-form.tsx'
import { Breakable } from './explain-names.tsx'
import { type Asked, askedIn, isComplete, type Question, targetOf } from './explain-question.ts'

type Answer = Awaited<ReturnType<typeof client.access.whoCan>>
type Reacher = Answer['items'][number]

const subjectFilter = [
  { value: 'user', label: 'People' },
  { value: 'virtual-account', label: 'Virtual accounts' },
]

export function WhoCan() {
  const [search] = useSearchState()
  const asked = askedIn(search)
  return (
    <>
      <search className={classes.form} data-fields="3">
        <DeedFields asked={asked} />
      </search>
      {isComplete(asked) ? (
        <Reachers asked={asked} />
      ) : (
        <EmptyState title="Who can reach this?">
          Choose an action and a thing: the answer is everybody whom the rule allows it now.
        </EmptyState>
      )}
    </>
  )
}

function Reachers({ asked }: { asked: Asked }) {
  const list = useListState('name', ['subject'])
  const body = { permission: asked.permission as Question['permission'], ...targetOf(asked) }
  const query = useList('access-who-can', list.query, whoCan(body), {
    params: { asked: JSON.stringify(body) },
  })
  const answer = query.data as Answer | undefined
  return (
    <>
      <ListToolbar list={list} searchLabel="Search people and programs">
        <FilterSelect list={list} name="subject" label="Everybody" options={subjectFilter} />
      </ListToolbar>
      <DataTable
        label="Who can reach this"
        list={list}
        query={query}
        columns={columns}
        rowKey={({ id }) => id}
        rowActions={(one) => <WhyLink one={one} asked={asked} />}
        empty={<Nobody answer={answer} list={list} />}
      />
      {answer?.sharedWith && answer.sharedWith.total > 0 && <Accounts answer={answer} />}
    </>
  )
}

type Listing = { asked: string; account: string }

/** What is asked is part of the key of the list, and not of its query. */
function whoCan(body: Parameters<typeof client.access.whoCan>[1]) {
  return ({ asked: _, ...listing }: Listing) => client.access.whoCan(listing, body)
}

const barriers: Partial<Record<NonNullable<Answer['barrier']>, string>> = {
  outside_boundary: 'The permission boundary of this account leaves it out, whatever is granted.',
  outside_share: 'The share from the tenant leaves it out, whatever is granted.',
}

function Nobody({ answer }: { answer: Answer | undefined; list: ListState }) {
  const barrier = answer?.barrier ?? null
  return (
    <EmptyState title="Nobody can">
      {barrier === null
        ? 'No grant carries it to anybody who is active.'
        : (barriers[barrier] ?? `It is held back: ${barrier.replaceAll('_', ' ')}.`)}
    </EmptyState>
  )
}

const columns: readonly Column<Reacher>[] = [
  { id: 'name', header: 'Who', sort: 'name', cell: (one) => <Who one={one} /> },
  { id: 'ways', header: 'Through', cell: (one) => <Ways one={one} /> },
]

function Who({ one: { id, kind, name, displayName } }: { one: Reacher }) {
  const { account } = useActing()
  const to = pathOfKind(kind, account, id)
  return (
    <>
      {to === null ? displayName : <AppLink to={to}>{displayName}</AppLink>}{' '}
      {kind === 'virtual-account' && <Tag>{kindLabel(kind)}</Tag>}
      {displayName !== name && (
        <div className={classes.second}>
          <Breakable text={name} />
        </div>
      )}
    </>
  )
}

function Ways({ one: { ways, waysTotal } }: { one: Reacher }) {
  const { account } = useActing()
  return (
    <ul className={classes.ways}>
      {ways.map(({ grant, role, object, team, createdBy, createdAt, expiresAt }) => (
        <li key={grant}>
          <AppLink to={paths.role(account, role)}>{role}</AppLink> on {object}
          {team !== null && (
            <>
              , through the team <AppLink to={paths.team(account, team.id)}>{team.name}</AppLink>
            </>
          )}
          <span className={classes.second}>
            {' '}
            · <Breakable text={createdBy.name} />, <Time at={createdAt} as="day" />
            {expiresAt !== null && (
              <>
                {' '}
                until <Time at={expiresAt} as="day" />
              </>
            )}
          </span>
        </li>
      ))}
      {waysTotal > ways.length && (
        <li className={classes.second}>and {waysTotal - ways.length} more grants</li>
      )}
    </ul>
  )
}

function WhyLink({ one, asked }: { one: Reacher; asked: Asked }) {
  const { account } = useActing()
  const { permission, kind, resource } = asked
  return (
    <AppLink
      to={paths.explain(account)}
      search={{ principal: one.id, permission, kind, resource }}
      aria-label={`Why ${one.name} can`}
      className={classes.why}
    >
      <UserRoundSearch size={15} aria-hidden /> Why
    </AppLink>
  )
}

/** For root, about what it shares: which accounts, and not who in them. */
function Accounts({ answer: { sharedWith } }: { answer: Answer }) {
  const { items, total } = sharedWith!
  return (
    <Section
      title="Accounts that reach it by a share"
      description="Who in them does is theirs to know."
    >
      <ul className={classes.accounts}>
        {items.map(({ account, share, resource, permissions }) => (
          <li key={share}>
            <AppLink to={paths.accountDetail('root', account.name)}>{account.name}</AppLink>
            <span className={classes.second}>
              {' '}
              {resource}, at most <PermissionSummary permissions={permissions} />
            </span>
          </li>
        ))}
        {total > items.length && (
          <li className={classes.second}>and {total - items.length} more accounts</li>
        )}
      </ul>
    </Section>
  )
}
