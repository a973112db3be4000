/** Permissions to be read: a line per kind with its actions. */
import { Details } from './details.tsx'
import { kindLabel } from './format.ts'
import { actionOf, groupByKind } from './permissions.ts'

export function PermissionList({ permissions }: { permissions: readonly string[] }) {
  return (
    <Details
      facts={groupByKind(permissions).map(({ kind, permissions: own }) => [
        kindLabel(kind),
        own.map(actionOf).join(', '),
      ])}
    />
  )
}
