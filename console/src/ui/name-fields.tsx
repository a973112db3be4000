/** The two names of a thing: what people call it, and what code calls it, made from the first. */
import { TextInput } from '@mantine/core'
import type { Form } from './form.ts'
import { nameFrom } from './format.ts'

interface Named {
  displayName: string
  name: string
}

interface NameFieldsProps<V extends Named> {
  form: Form<V>
  placeholder?: string
  /** How the name is used, where that matters: "Callers name the model provider/model." */
  nameDescription?: string
}

export function NameFields<V extends Named>({ form, ...props }: NameFieldsProps<V>) {
  const { displayName, name } = form.values
  const follows = name === nameFrom(displayName)
  return (
    <>
      <TextInput
        label="Display name"
        placeholder={props.placeholder}
        data-autofocus
        value={displayName}
        error={form.errorOf('displayName')}
        onChange={(event) => {
          const typed = event.currentTarget.value
          form.set('displayName', typed)
          if (follows) form.set('name', nameFrom(typed))
        }}
      />
      <TextInput
        label="Name"
        description={
          props.nameDescription ?? 'For code and the command line: a to z, digits and dashes.'
        }
        required
        value={name}
        error={form.errorOf('name')}
        onChange={(event) => form.set('name', event.currentTarget.value)}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
      />
    </>
  )
}
