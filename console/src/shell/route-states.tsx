/** What is shown when an address leads nowhere, or a page fails. */
import { Button } from '@mantine/core'
import { type ErrorComponentProps, useRouter } from '@tanstack/react-router'
import { EmptyState, ErrorState } from '../ui/empty-state.tsx'
import { AppLink } from '../ui/link.tsx'
import { Page } from '../ui/page.tsx'
import { paths } from '../ui/paths.ts'

export function NotFoundPage() {
  return (
    <Page title="Nothing here" width="text">
      <EmptyState
        title="There is no page at this address"
        action={<AppLink to={paths.home}>Go to the overview</AppLink>}
      >
        It may have been mistyped, or the page has moved.
      </EmptyState>
    </Page>
  )
}

export function RouteErrorPage({ error, reset }: ErrorComponentProps) {
  const router = useRouter()
  const again = () => {
    reset()
    void router.invalidate()
  }
  return (
    <Page title="This page could not be shown" width="text">
      <ErrorState error={error} retry={again} />
      <Button mt="md" variant="subtle" onClick={() => void router.navigate({ to: paths.home })}>
        Go to the overview
      </Button>
    </Page>
  )
}
