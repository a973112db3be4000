/** How a logged request reads in a table. */
import { Tooltip } from '@mantine/core'
import type { client } from '../../api/client.ts'
import type { Column } from '../../ui/data-table.tsx'
import { count, durationText } from '../../ui/format.ts'
import { Money } from '../../ui/money.tsx'
import { State } from '../../ui/state.tsx'
import { Time } from '../../ui/time.tsx'

export type LoggedRequest = Awaited<ReturnType<typeof client.requestLog.list>>['items'][number]

export const requestColumns: readonly Column<LoggedRequest>[] = [
  {
    id: 'at',
    header: 'When',
    width: 110,
    cell: (request) => <Time at={request.at} as="clock" />,
  },
  { id: 'model', header: 'Model', cell: (request) => <ModelOf request={request} /> },
  { id: 'principal', header: 'By', from: 'sm', cell: (request) => request.principal.name },
  {
    id: 'outcome',
    header: 'Outcome',
    width: 110,
    cell: (request) => <OutcomeOf request={request} />,
  },
  {
    id: 'tokens',
    header: 'Tokens in / out',
    align: 'right',
    width: 130,
    from: 'md',
    cell: (request) =>
      request.attempts === 0
        ? '–'
        : `${count(request.inputTokens)} / ${count(request.outputTokens)}`,
  },
  {
    id: 'first',
    header: 'First byte',
    align: 'right',
    width: 100,
    from: 'md',
    cell: (request) => (request.firstByteMs === null ? '–' : durationText(request.firstByteMs)),
  },
  {
    id: 'duration',
    header: 'Took',
    align: 'right',
    width: 90,
    from: 'md',
    cell: (request) => durationText(request.durationMs),
  },
  {
    id: 'cost',
    header: 'Cost',
    align: 'right',
    width: 100,
    from: 'sm',
    cell: (request) => <Money nanos={request.costNanos} />,
  },
]

/** What was asked for; a virtual model, and what served it. */
export function ModelOf({
  request,
}: {
  request: Pick<LoggedRequest, 'modelAsked' | 'modelServed'>
}) {
  const { modelAsked, modelServed } = request
  if (modelAsked === '') return <>–</>
  if (modelServed === null || modelServed === modelAsked) return <>{modelAsked}</>
  return (
    <Tooltip label={`Served by ${modelServed}`}>
      <span>{modelAsked}</span>
    </Tooltip>
  )
}

export function OutcomeOf({ request }: { request: Pick<LoggedRequest, 'outcome' | 'code'> }) {
  if (request.code === null) return <State state={request.outcome} />
  return (
    <Tooltip label={request.code}>
      <span>
        <State state={request.outcome} />
      </span>
    </Tooltip>
  )
}
