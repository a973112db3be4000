/**
 * Accepting an invitation or the one-time link of a first admin. The secret is in the fragment, which
 * browsers never send; it is taken out of the address before anything else happens.
 */
import { Alert, Button, PasswordInput, Stack, TextInput } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { client } from '../api/client.ts'
import { fieldErrors, sentence } from '../api/sentence.ts'
import { startSession } from '../api/session.ts'
import { EntryFrame } from '../ui/entry-frame.tsx'
import { paths } from '../ui/paths.ts'

/** Read once for the life of the page: StrictMode and re-renders must find it still. */
let taken: string | null = null

function takeSecret(): string {
  const fragment = window.location.hash.slice(1)
  if (fragment !== '') {
    taken = decodeURIComponent(fragment)
    window.history.replaceState(window.history.state, '', window.location.pathname)
  }
  return taken ?? ''
}

type Invited = Awaited<ReturnType<typeof client.invitation.inspect>>

export function AcceptPage() {
  const [secret] = useState(takeSecret)
  const invited = useQuery({
    queryKey: ['invitation-inspect'],
    queryFn: () => client.invitation.inspect({}, { secret }),
    enabled: secret !== '',
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
  })
  if (secret === '' || invited.error) {
    return (
      <EntryFrame title="This link can’t be used">
        <Alert color="yellow" variant="light" role="alert">
          {secret === ''
            ? 'The link is incomplete. Open it again from where you got it.'
            : `${sentence(invited.error)} Ask the person who invited you for a new link.`}
        </Alert>
      </EntryFrame>
    )
  }
  if (invited.data === undefined) {
    return (
      <EntryFrame title="Invitation" isLoading>
        {null}
      </EntryFrame>
    )
  }
  return <Acceptance invited={invited.data} secret={secret} />
}

function Acceptance({ invited, secret }: { invited: Invited; secret: string }) {
  const { tenant, account, email, hasPassword } = invited
  return (
    <EntryFrame
      title={`Join ${tenant.displayName}`}
      description={
        <>
          {email === null ? (
            'You are its first admin. Choose what you sign in with.'
          ) : (
            <>
              {account.isRoot ? 'You' : `In the account ${account.displayName}, you`} sign in as{' '}
              <strong>{email}</strong>.
            </>
          )}
          {hasPassword ? ' Confirm with the password that you have here.' : ''}
        </>
      }
    >
      <AcceptForm invited={invited} secret={secret} />
    </EntryFrame>
  )
}

function AcceptForm({ invited, secret }: { invited: Invited; secret: string }) {
  const { hasPassword } = invited
  const navigate = useNavigate()
  const [displayName, setDisplayName] = useState(invited.displayName)
  const [email, setEmail] = useState(invited.email ?? '')
  const [password, setPassword] = useState('')
  const choosesEmail = invited.email === null
  const accept = useMutation({
    mutationFn: () =>
      client.invitation.accept(
        {},
        {
          secret,
          password,
          ...(hasPassword ? {} : { displayName: displayName.trim() }),
          ...(choosesEmail ? { email: email.trim() } : {}),
        },
      ),
    onSuccess: (session) => {
      taken = null
      startSession(session)
      void navigate({ to: paths.home, replace: true })
    },
  })
  const errors = fieldErrors(accept.error)
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        accept.mutate()
      }}
    >
      <Stack gap="md">
        <EmailField chooses={choosesEmail} email={email} set={setEmail} error={errors.email} />
        {!hasPassword && (
          <TextInput
            size="sm"
            label="Your name"
            autoComplete="name"
            value={displayName}
            error={errors.displayName}
            onChange={(event) => setDisplayName(event.currentTarget.value)}
          />
        )}
        <PasswordInput
          size="sm"
          label={hasPassword ? 'Password' : 'New password'}
          description={hasPassword ? undefined : '12 characters or more.'}
          autoComplete={hasPassword ? 'current-password' : 'new-password'}
          autoFocus={!choosesEmail}
          value={password}
          error={errors.password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        {accept.error && Object.keys(errors).length === 0 && (
          <Alert color="red" variant="light" role="alert">
            {sentence(accept.error)}
          </Alert>
        )}
        <Button type="submit" variant="filled" size="sm" fullWidth loading={accept.isPending}>
          {hasPassword ? 'Join' : 'Set the password and sign in'}
        </Button>
      </Stack>
    </form>
  )
}

interface EmailFieldProps {
  /** Only the first admin does; whoever was invited is known by the e-mail already. */
  chooses: boolean
  email: string
  set: (email: string) => void
  error: string | undefined
}

function EmailField({ chooses, email, set, error }: EmailFieldProps) {
  if (!chooses) {
    // For password managers, which keep the password with it.
    return <input type="hidden" name="email" autoComplete="username" value={email} readOnly />
  }
  return (
    <TextInput
      size="sm"
      label="E-mail"
      type="email"
      autoComplete="username"
      autoFocus
      value={email}
      error={error}
      onChange={(event) => set(event.currentTarget.value)}
    />
  )
}
