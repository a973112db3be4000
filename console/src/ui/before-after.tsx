/** What a change did, field by field: the value before, crossed out by colour and sign, and after. */
import classes from './before-after.module.css'

type Fields = Readonly<Record<string, unknown>> | null

interface BeforeAfterProps {
  before: Fields
  after: Fields
}

export function BeforeAfter({ before, after }: BeforeAfterProps) {
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])]
  if (names.length === 0) return <p className={classes.none}>No fields were recorded.</p>
  return (
    <dl className={classes.fields}>
      {names.map((name) => (
        <Field key={name} name={name} before={before?.[name]} after={after?.[name]} />
      ))}
    </dl>
  )
}

function Field({ name, before, after }: { name: string; before: unknown; after: unknown }) {
  const was = textOf(before)
  const is = textOf(after)
  if (Array.isArray(before) && Array.isArray(after)) {
    return <ListField name={name} before={before} after={after} />
  }
  return (
    <div className={classes.field}>
      <dt>{name}</dt>
      {was === is ? (
        <dd className={classes.same}>{is}</dd>
      ) : (
        <>
          {before !== undefined && <Removed text={was} />}
          {after !== undefined && <Added text={is} />}
        </>
      )}
    </div>
  )
}

/** Of a list only what came and what went, and how much stayed. */
function ListField(props: { name: string; before: unknown[]; after: unknown[] }) {
  const before = props.before.map(textOf)
  const after = props.after.map(textOf)
  const gone = before.filter((one) => !after.includes(one))
  const come = after.filter((one) => !before.includes(one))
  const stayed = after.length - come.length
  return (
    <div className={classes.field}>
      <dt>{props.name}</dt>
      {gone.map((text) => (
        <Removed key={text} text={text} />
      ))}
      {come.map((text) => (
        <Added key={text} text={text} />
      ))}
      {stayed > 0 && <dd className={classes.same}>{stayed} as before</dd>}
    </div>
  )
}

function Removed({ text }: { text: string }) {
  return (
    <dd className={classes.removed}>
      <span role="img" aria-label="before">
        −
      </span>
      <del>{text}</del>
    </dd>
  )
}

function Added({ text }: { text: string }) {
  return (
    <dd className={classes.added}>
      <span role="img" aria-label="after">
        +
      </span>
      <ins>{text}</ins>
    </dd>
  )
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value === '' ? '""' : value
  if (value === undefined) return ''
  return JSON.stringify(value, null, 2)
}
