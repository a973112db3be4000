/** Signing up where the deployment is in hosted mode: a tenant with its first admin. */
import { Alert, Button, PasswordInput, Stack, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type ChangeEvent, useState } from 'react'
import { client } from '../api/client.ts'
import { fieldErrors, sentence } from '../api/sentence.ts'
import { startSession } from '../api/session.ts'
import { EntryFrame } from '../ui/entry-frame.tsx'
import { nameFrom } from '../ui/format.ts'
import { AppLink } from '../ui/link.tsx'
import { paths } from '../ui/paths.ts'

const empty = { tenantDisplayName: '', tenant: '', displayName: '', email: '', password: '' }

export function SignUpPage() {
  return (
    <EntryFrame
      title="Create an organisation"
      description="You become its first admin. It is apart from every other organisation here."
      footer={
        <>
          Have one already? <AppLink to={paths.signIn}>Sign in</AppLink>
        </>
      }
    >
      <SignUpForm />
    </EntryFrame>
  )
}

function SignUpForm() {
  const navigate = useNavigate()
  const [values, setValues] = useState(empty)
  const signUp = useMutation({
    mutationFn: () => client.signup.create({}, values),
    onSuccess: (session) => {
      startSession(session)
      void navigate({ to: paths.overview('root'), replace: true })
    },
  })
  const errors = fieldErrors(signUp.error)
  const field = (name: keyof typeof empty) => ({
    size: 'sm' as const,
    required: true,
    name,
    value: values[name],
    error: errors[name],
    onChange: (event: ChangeEvent<HTMLInputElement>) => {
      const { value } = event.currentTarget
      setValues((before) => ({ ...before, ...withTenantName(before, name, value) }))
    },
  })
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        signUp.mutate()
      }}
    >
      <Stack gap="md">
        <TextInput label="Organisation" autoFocus {...field('tenantDisplayName')} />
        <TextInput
          label="Short name"
          description="Part of the address where your people sign in."
          {...field('tenant')}
        />
        <TextInput label="Your name" autoComplete="name" {...field('displayName')} />
        <TextInput label="E-mail" type="email" autoComplete="username" {...field('email')} />
        <PasswordInput
          label="Password"
          description="12 characters or more."
          autoComplete="new-password"
          {...field('password')}
        />
        {signUp.error && Object.keys(errors).length === 0 && (
          <Alert color="red" variant="light" role="alert">
            {sentence(signUp.error)}
          </Alert>
        )}
        <Button type="submit" variant="filled" size="sm" fullWidth loading={signUp.isPending}>
          Create
        </Button>
      </Stack>
    </form>
  )
}

/** The short name follows the long one until it is changed by hand. */
function withTenantName(before: typeof empty, name: keyof typeof empty, value: string) {
  const follows = name === 'tenantDisplayName' && before.tenant === nameFrom(before[name])
  return { [name]: value, ...(follows ? { tenant: nameFrom(value) } : {}) }
}
