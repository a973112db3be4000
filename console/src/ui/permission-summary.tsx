/** Permissions in one line of a table: "read, use", with the kind where there are several. */
import { Tooltip } from '@mantine/core'
import { kindLabel } from './format.ts'
import { actionOf, groupByKind } from './permissions.ts'

const KINDS_SHOWN_MAX = 2

interface PermissionSummaryProps {
  permissions: readonly string[]
  /** Name the kind even where there is but one, because nothing beside it does. */
  withKind?: boolean
}

export function PermissionSummary({ permissions, withKind = false }: PermissionSummaryProps) {
  const groups = groupByKind(permissions)
  if (groups.length === 0) return <>nothing</>
  const lines = groups.map(({ kind, permissions: own }) => {
    const actions = own.map(actionOf).join(', ')
    return groups.length === 1 && !withKind ? actions : `${kindLabel(kind)}: ${actions}`
  })
  if (lines.length <= KINDS_SHOWN_MAX) return <>{lines.join(' · ')}</>
  return (
    <Tooltip label={lines.map((line) => <div key={line}>{line}</div>)}>
      <span>
        {lines.slice(0, KINDS_SHOWN_MAX).join(' · ')} and {lines.length - KINDS_SHOWN_MAX} more
      </span>
    </Tooltip>
  )
}
