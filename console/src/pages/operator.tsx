/** The operator's page: signing in with the operator key, then the tenants of this deployment. */
import { Alert, Button, PasswordInput, Stack } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { operatorClient, rememberCsrfToken } from '../api/client.ts'
import { operatorSessionQuery } from '../api/operator.ts'
import { sentence } from '../api/sentence.ts'
import { ErrorState } from '../ui/empty-state.tsx'
import { EntryFrame } from '../ui/entry-frame.tsx'
import { AppLink } from '../ui/link.tsx'
import { paths } from '../ui/paths.ts'
import { OperatorConsole } from './parts/operator-console.tsx'

export function OperatorPage() {
  const session = useQuery(operatorSessionQuery)
  if (session.data) return <OperatorConsole />
  return (
    <EntryFrame
      title="Operator"
      description="Whoever runs this deployment manages its tenants here, and never sees what is in them."
      isLoading={session.isPending}
      footer={<AppLink to={paths.home}>Sign in as a person instead</AppLink>}
    >
      {session.error && <ErrorState error={session.error} retry={session.refetch} />}
      {session.data === null && <KeyForm />}
    </EntryFrame>
  )
}

function KeyForm() {
  const cache = useQueryClient()
  const [key, setKey] = useState('')
  const signIn = useMutation({
    mutationFn: () => operatorClient.operatorSession.create({}, { key: key.trim() }),
    onSuccess: (session) => {
      rememberCsrfToken('operator', session.csrfToken)
      cache.setQueryData(operatorSessionQuery.queryKey, session)
    },
  })
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        signIn.mutate()
      }}
    >
      <Stack gap="md">
        <PasswordInput
          size="sm"
          label="Operator key"
          description="It is in the file operator-key of the data directory."
          autoComplete="off"
          autoFocus
          value={key}
          onChange={(event) => setKey(event.currentTarget.value)}
        />
        {signIn.error && (
          <Alert color="red" variant="light" role="alert">
            {sentence(signIn.error)}
          </Alert>
        )}
        <Button
          type="submit"
          variant="filled"
          size="sm"
          fullWidth
          disabled={key.trim() === ''}
          loading={signIn.isPending}
        >
          Sign in
        </Button>
      </Stack>
    </form>
  )
}
