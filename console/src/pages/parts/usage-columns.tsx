/** How a usage record reads in a table. */
import { Tooltip, VisuallyHidden } from '@mantine/core'
import { useActing } from '../../api/acting.ts'
import type { client } from '../../api/client.ts'
import type { Column } from '../../ui/data-table.tsx'
import { durationText, moneyFromNanos, usedText } from '../../ui/format.ts'
import { AppLink } from '../../ui/link.tsx'
import { Money } from '../../ui/money.tsx'
import { pathOfKind, paths } from '../../ui/paths.ts'
import { State } from '../../ui/state.tsx'
import { Time } from '../../ui/time.tsx'

export type UsageRecord = Awaited<ReturnType<typeof client.usage.list>>['items'][number]

const numbersFrom: Record<UsageRecord['numbersFrom'], string> = {
  provider: 'Tokens as the provider reported them.',
  estimate: 'Tokens estimated: the provider did not report them.',
  'worst-case': 'Charged at the worst case: the outcome is unknown.',
  cache: 'Answered from the cache: no provider was called.',
}

export const usageColumns: readonly Column<UsageRecord>[] = [
  { id: 'at', header: 'When', width: 150, cell: (use) => <Time at={use.at} as="clock" /> },
  { id: 'model', header: 'Model', cell: (use) => <UsedModel use={use} /> },
  { id: 'principal', header: 'By', from: 'sm', cell: (use) => <UsedBy use={use} /> },
  {
    id: 'tokens',
    header: 'Used',
    align: 'right',
    width: 170,
    from: 'sm',
    cell: (use) => (
      <Tooltip label={numbersFrom[use.numbersFrom]}>
        <span>{usedText(use)}</span>
      </Tooltip>
    ),
  },
  {
    id: 'duration',
    header: 'Took',
    align: 'right',
    width: 90,
    from: 'md',
    cell: (use) => durationText(use.durationMs),
  },
  {
    id: 'cost',
    header: 'Cost',
    align: 'right',
    width: 100,
    cell: (use) => <Cost use={use} />,
  },
  {
    id: 'status',
    header: 'Status',
    width: 110,
    from: 'md',
    cell: (use) => <State state={use.status} />,
  },
]

/** What is still owed; what it was at first is told on hover, where something was credited. */
function Cost({ use }: { use: UsageRecord }) {
  if (use.creditedNanos === '0') return <Money nanos={use.costNanos} />
  return (
    <Tooltip
      label={`${moneyFromNanos(use.creditedNanos)} credited of ${moneyFromNanos(use.costNanos)}`}
    >
      <span>
        <Money nanos={String(BigInt(use.costNanos) - BigInt(use.creditedNanos))} />
        <VisuallyHidden> after a credit</VisuallyHidden>*
      </span>
    </Tooltip>
  )
}

function UsedModel({ use }: { use: UsageRecord }) {
  const { account } = useActing()
  return (
    <AppLink className="plain-link" to={paths.model(account, use.model.id)}>
      {use.model.name}
    </AppLink>
  )
}

function UsedBy({ use }: { use: UsageRecord }) {
  const { account } = useActing()
  const to = pathOfKind(use.principal.kind, account, use.principal.id)
  if (to === null) return <>{use.principal.name}</>
  return (
    <AppLink className="plain-link" to={to}>
      {use.principal.name}
    </AppLink>
  )
}
