/** Who, may do what, on what: fields on one line, each change asks anew. */
import { Select } from '@mantine/core'
import { useActing } from '../../api/acting.ts'
import { resourcesOfKind, tokensOf } from '../../api/choices.ts'
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
  return (
    <search className={classes.form}>
      <WhoFields asked={asked} />
      <DeedFields asked={asked} />
    </search>
  )
}

/** Somebody, or oneself; of a program, and of oneself, a token of theirs. */
export function WhoFields({ asked: { principal, token } }: { asked: Asked }) {
  const { may, principalId } = useActing()
  const [, change] = useSearchState()
  const isSelf = principal === '' || principal === principalId
  const hasTokens = isSelf || (principal.startsWith('va_') && may('token:read'))
  return (
    <>
      {may('grant:read') && (
        <ReferenceSelect
          source={principals}
          label="Who"
          placeholder="I myself"
          clearable
          value={principal}
          onChange={(next) => change({ principal: next, token: undefined, cursor: undefined })}
        />
      )}
      {hasTokens && (
        <ReferenceSelect
          key={principal}
          source={tokensOf(isSelf ? null : principal)}
          label="With the token"
          placeholder="Any or none"
          clearable
          value={token}
          onChange={(next) => change({ token: next, cursor: undefined })}
        />
      )}
    </>
  )
}

/** What is done, and on what. */
export function DeedFields({ asked: { kind, permission, resource } }: { asked: Asked }) {
  const { boundary, permissions } = useActing()
  const [, change] = useSearchState()
  const known = [...new Set([...boundary, ...permissions, permission])]
  const source = resourcesOfKind[kind]
  const none = { resource: undefined, permission: undefined, cursor: undefined }
  return (
    <>
      <Select
        label="May"
        searchable
        allowDeselect={false}
        data={permissionsFor(kind, known)}
        value={permission}
        onChange={(next) => change({ permission: next ?? undefined, cursor: undefined })}
      />
      <Select
        label="On what"
        allowDeselect={false}
        data={kinds}
        value={kind}
        onChange={(next) => change({ ...none, kind: next ?? undefined })}
      />
      {source !== undefined && (
        <ReferenceSelect
          key={kind}
          source={named(source)}
          label={`Which ${kindLabel(kind).toLowerCase()}`}
          placeholder="Choose"
          value={resource}
          onChange={(next) => change({ resource: next, cursor: undefined })}
        />
      )}
    </>
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
