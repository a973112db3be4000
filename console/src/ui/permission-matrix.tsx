/**
 * Permissions to be read as a matrix: a line per kind, a column per action. What the boundary of the
 * account leaves out is there but idle, and says so.
 */
import { Tooltip } from '@mantine/core'
import { Check, CircleSlash } from 'lucide-react'
import { kindLabel } from './format.ts'
import classes from './permission-matrix.module.css'
import { actionsOf, groupByKind } from './permissions.ts'

interface PermissionMatrixProps {
  label: string
  permissions: readonly string[]
  /** What anyone can exercise here at most. */
  boundary: readonly string[]
}

export function PermissionMatrix({ label, permissions, boundary }: PermissionMatrixProps) {
  const all = [...new Set([...boundary, ...permissions])]
  const columns = actionsOf(all)
  const held = new Set(permissions)
  const counts = new Set(boundary)
  return (
    <div className={classes.scroll}>
      <table className={classes.table} aria-label={label}>
        <thead>
          <tr>
            <th scope="col">Kind</th>
            {columns.map((action) => (
              <th key={action} scope="col">
                {action}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {groupByKind(all).map(({ kind, permissions: own }) => (
            <tr key={kind} data-empty={own.every((name) => !held.has(name))}>
              <th scope="row">{kindLabel(kind)}</th>
              {columns.map((action) => {
                const name = `${kind}:${action}`
                return (
                  <td key={action}>
                    {own.includes(name) && (
                      <Cell name={name} isHeld={held.has(name)} counts={counts.has(name)} />
                    )}
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Cell({ name, isHeld, counts }: { name: string; isHeld: boolean; counts: boolean }) {
  if (!isHeld) return <span className={classes.none} role="img" aria-label={`not ${name}`} />
  if (counts) return <Check size={15} className={classes.held} role="img" aria-label={name} />
  const text = `${name} is outside the boundary of this account and idle`
  return (
    <Tooltip label={text}>
      <CircleSlash size={14} className={classes.idle} role="img" aria-label={text} />
    </Tooltip>
  )
}
