/** Signing in with e-mail and password; for one tenant, or the tenant that the address names. */
import { Alert, Button, PasswordInput, Stack, TextInput } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { client } from '../api/client.ts'
import { hasCode, sentence } from '../api/sentence.ts'
import { deploymentQuery, startSession } from '../api/session.ts'
import { EntryFrame } from '../ui/entry-frame.tsx'
import { AppLink } from '../ui/link.tsx'
import { useParam } from '../ui/param.ts'
import { paths } from '../ui/paths.ts'
import { useSearchState } from '../ui/search.ts'

export function SignInPage() {
  const tenantInPath = useParam('tenant')
  const [search] = useSearchState()
  const deployment = useQuery(deploymentQuery(tenantInPath === '' ? undefined : tenantInPath))
  const tenant = deployment.data?.tenant ?? null
  return (
    <EntryFrame
      title={tenant === null ? 'Sign in' : `Sign in to ${tenant.displayName}`}
      isLoading={deployment.isPending}
      footer={
        deployment.data?.signUp && (
          <>
            New here? <AppLink to={paths.signUp}>Create an organisation</AppLink>
          </>
        )
      }
    >
      {search.ended !== undefined && (
        <Alert color="yellow" variant="light" mb="md">
          Your session has ended. Sign in again to go on where you were.
        </Alert>
      )}
      {deployment.error && (
        <Alert color="red" variant="light" mb="md" role="alert">
          {sentence(deployment.error)}
        </Alert>
      )}
      <SignInForm tenant={tenant?.name} asksTenant={deployment.isSuccess && tenant === null} />
    </EntryFrame>
  )
}

interface SignInFormProps {
  tenant: string | undefined
  /** Several tenants live here and the address names none. */
  asksTenant: boolean
}

function SignInForm({ tenant, asksTenant }: SignInFormProps) {
  const [search] = useSearchState()
  const navigate = useNavigate()
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const [typedTenant, setTypedTenant] = useState('')
  const signIn = useMutation({
    mutationFn: () => {
      const named = tenant ?? (typedTenant.trim() || undefined)
      return client.session.create({}, { email: email.trim(), password, tenant: named })
    },
    onSuccess: (session) => {
      startSession(session)
      void navigate({ to: insideOnly(search.next), replace: true })
    },
  })
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        signIn.mutate()
      }}
    >
      <Stack gap="md">
        {asksTenant && (
          <TextInput
            size="sm"
            label="Organisation"
            description="Its short name, such as acme."
            required
            autoCapitalize="none"
            value={typedTenant}
            onChange={(event) => setTypedTenant(event.currentTarget.value)}
          />
        )}
        <TextInput
          size="sm"
          label="E-mail"
          type="email"
          autoComplete="username"
          required
          withAsterisk={false}
          autoFocus
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        <PasswordInput
          size="sm"
          label="Password"
          autoComplete="current-password"
          required
          withAsterisk={false}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        {signIn.error && (
          <Alert color="red" variant="light" role="alert">
            {hasCode(signIn.error, 'sign_in_failed')
              ? 'The e-mail or the password is wrong.'
              : sentence(signIn.error)}
          </Alert>
        )}
        <Button type="submit" variant="filled" size="sm" fullWidth loading={signIn.isPending}>
          Sign in
        </Button>
      </Stack>
    </form>
  )
}

/** Only an address of this console: whoever sends a link must not choose where one lands. */
function insideOnly(next: string | undefined): string {
  const isInside = next !== undefined && /^\/(?![/\\])/.test(next)
  return isInside ? next : paths.home
}
