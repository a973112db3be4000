/** Who, may do what, on what: three fields on one line, each change asks anew. */
import { Select } from '@mantine/core'
import { useActing } from '../../api/acting.ts'
import { resourcesOfKind } from '../../api/choices.ts'
import { named, principals } from '../../api/filter-choices.ts'
import { kindLabel } from '../../ui/format.ts'
import { concerning, kindOf } from '../../ui/kinds.ts'
import { ReferenceSelect } from '../../ui/reference-select.tsx'
import { useSearchState } from '../../ui/search.ts'
import classes from './explain.module.css'
import { type Asked, WHOLE_ACCOUNT } from './explain-question.ts'

const kinds = [...Object.keys(resourcesOfKind), WHOLE_ACCOUNT].map((value) => ({
  value,
  label: value === WHOLE_ACCOUNT ? 'The account' : kindLabel(value),
}))

export function ExplainForm({ asked }: { asked: Asked }) {
  const { boundary, permissions } = useActing()
  const [, change] = useSearchState()
  const known = [...new Set([...boundary, ...permissions, asked.permission])]
  const { kind } = asked
  const source = resourcesOfKind[kind]
  return (
    <search className={classes.form}>
      <ReferenceSelect
        source={principals}
        label="Who"
        placeholder="I myself"
        clearable
        value={asked.principal}
        onChange={(principal) => change({ principal })}
      />
      <Select
        label="May"
        searchable
        allowDeselect={false}
        data={permissionsFor(kind, known)}
        value={asked.permission}
        onChange={(permission) => change({ permission: permission ?? undefined })}
      />
      <Select
        label="On what"
        allowDeselect={false}
        data={kinds}
        value={kind}
        onChange={(next) =>
          change({ kind: next ?? undefined, resource: undefined, permission: undefined })
        }
      />
      {source !== undefined && (
        <ReferenceSelect
          key={kind}
          source={named(source)}
          label={`Which ${kindLabel(kind).toLowerCase()}`}
          placeholder="Choose"
          value={asked.resource}
          onChange={(resource) => change({ resource })}
        />
      )}
    </search>
  )
}

/** Of a resource: what concerns it. Of the account: all the rest, and creating what lives in it. */
function permissionsFor(kind: string, known: readonly string[]): string[] {
  if (kind !== WHOLE_ACCOUNT) return concerning(kind, known)
  return known.filter(
    (permission) =>
      resourcesOfKind[kindOf(permission)] === undefined || permission.endsWith(':create'),
  )
}
