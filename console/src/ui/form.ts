/**
 * A form: its values, what the API says about each field, and sending it. Rules live in the API
 * alone; the form shows at the field what the API answered about it.
 */
import { type FormEvent, useState } from 'react'
import { useChange } from '../api/query.ts'
import { fieldErrors, sentence } from '../api/sentence.ts'

interface FormOptions<V, Out> {
  initial: V
  submit: (values: V, account: string) => Promise<Out>
  done?: string | ((out: Out) => string)
  onDone?: (out: Out) => void
}

type Keys<V, T> = { [K in keyof V]-?: V[K] extends T ? K : never }[keyof V] & string

export interface Form<V> {
  readonly values: V
  readonly isPending: boolean
  readonly isDirty: boolean
  /** What is wrong with the whole: an error that belongs to no field that was bound. */
  readonly problem: string | null
  set<K extends keyof V>(field: K, value: V[K]): void
  /** What is wrong with a field, for an input that is bound by hand. */
  errorOf(field: string): string | undefined
  /** Props for an input of text. */
  text<K extends Keys<V, string>>(field: K): TextBinding
  /** Props for an input that hands over its value: a select, a number, a list. */
  value<K extends keyof V & string>(field: K): ValueBinding<V[K]>
  onSubmit(event: FormEvent): void
}

interface TextBinding {
  name: string
  value: string
  error: string | undefined
  onChange: (event: { currentTarget: { value: string } }) => void
}

interface ValueBinding<T> {
  value: T
  error: string | undefined
  onChange: (value: T) => void
}

/** A form that changes something in the acting account. */
export function useForm<V extends object, Out>(options: FormOptions<V, Out>): Form<V> {
  const change = useChange(options.submit, {
    quiet: true,
    ...(options.done === undefined ? {} : { done: options.done }),
    ...(options.onDone === undefined ? {} : { onDone: options.onDone }),
  })
  return useFormOf(options.initial, change)
}

interface Sending<V> {
  isPending: boolean
  error: unknown
  mutate: (values: V) => void
}

/** A form around any change, such as one that is not an account's. */
export function useFormOf<V extends object>(initial: V, change: Sending<V>): Form<V> {
  const [values, setValues] = useState(initial)
  const [isDirty, setDirty] = useState(false)
  const errors = fieldErrors(change.error)
  const known = new Set(Object.keys(values))
  const shownAtField = Object.keys(errors).some((field) => known.has(field))

  function set<K extends keyof V>(field: K, value: V[K]) {
    setDirty(true)
    setValues((before) => ({ ...before, [field]: value }))
  }

  return {
    values,
    isDirty,
    isPending: change.isPending,
    problem: change.error && !shownAtField ? problemText(change.error, errors) : null,
    set,
    errorOf: (field) => errors[field],
    text: (field) => ({
      name: field,
      value: values[field] as string,
      error: errors[field],
      onChange: (event) => set(field, event.currentTarget.value as V[typeof field]),
    }),
    value: (field) => ({
      value: values[field],
      error: errors[field],
      onChange: (value) => set(field, value),
    }),
    onSubmit: (event) => {
      event.preventDefault()
      event.stopPropagation()
      if (!change.isPending) change.mutate(values)
    },
  }
}

function problemText(error: unknown, errors: Record<string, string>): string {
  const named = Object.entries(errors).map(([field, message]) => `${field}: ${message}`)
  return [sentence(error), ...named].join(' ')
}

/** For a body in which an empty field means "not given". */
export function given(text: string): string | undefined {
  const trimmed = text.trim()
  return trimmed === '' ? undefined : trimmed
}
