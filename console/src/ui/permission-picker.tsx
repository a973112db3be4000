/**
 * Choosing permissions: a line per kind, a box per action. Only what is available can be chosen,
 * so that the boundary is visible where power is handed out.
 */
import { Checkbox, Text } from '@mantine/core'
import { kindLabel } from './format.ts'
import classes from './permission-picker.module.css'
import { actionsOf, groupByKind } from './permissions.ts'

interface PermissionPickerProps {
  label: string
  /** Everything that may be chosen: usually the boundary of the account. */
  available: readonly string[]
  value: readonly string[]
  error?: string | undefined
  onChange: (value: string[]) => void
}

export function PermissionPicker(props: PermissionPickerProps) {
  const { label, available, value, error, onChange } = props
  const columns = actionsOf(available)
  const chosen = new Set(value)
  const toggle = (names: readonly string[]) => {
    const next = new Set(chosen)
    const isAll = names.every((name) => chosen.has(name))
    for (const name of names) {
      if (isAll) next.delete(name)
      else next.add(name)
    }
    onChange(available.filter((name) => next.has(name)))
  }
  return (
    <div>
      <Text fw={500} mb={4}>
        {label}
      </Text>
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
            {groupByKind(available).map(({ kind, permissions }) => (
              <tr key={kind}>
                <th scope="row">
                  <button
                    type="button"
                    className={classes.kind}
                    onClick={() => toggle(permissions)}
                  >
                    {kindLabel(kind)}
                  </button>
                </th>
                {columns.map((action) => {
                  const name = `${kind}:${action}`
                  return (
                    <td key={action}>
                      {permissions.includes(name) && (
                        <Checkbox
                          size="xs"
                          aria-label={name}
                          checked={chosen.has(name)}
                          onChange={() => toggle([name])}
                        />
                      )}
                    </td>
                  )
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {error !== undefined && (
        <Text c="red" size="xs" mt={4}>
          {error}
        </Text>
      )}
    </div>
  )
}
