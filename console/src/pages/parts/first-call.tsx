/** A first call: choose what one may use, copy the code. What is chosen is in the address. */
import { Group, Skeleton, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useActing } from '../../api/acting.ts'
import { chatNames } from '../../api/choices.ts'
import { EmptyState, ErrorState } from '../../ui/empty-state.tsx'
import { AppLink } from '../../ui/link.tsx'
import { paths } from '../../ui/paths.ts'
import { choicesQuery, ReferenceSelect } from '../../ui/reference-select.tsx'
import { useSearchState } from '../../ui/search.ts'
import { SnippetBlock } from '../../ui/snippet-block.tsx'
import { snippetFormats, snippetLanguages } from '../../ui/snippets.ts'

/** As tall as the picker with a snippet below it, so that nothing jumps. */
const LOADING_HEIGHT_PX = 300

export function FirstCall() {
  const { account } = useActing()
  const [search] = useSearchState()
  const { data, error, refetch } = useQuery(choicesQuery(account, chatNames, ''))
  const model = search.model ?? data?.[0]?.value
  if (model !== undefined) return <Call model={model} />
  if (error) return <ErrorState error={error} retry={refetch} />
  if (data === undefined) return <Skeleton height={LOADING_HEIGHT_PX} aria-label="Loading" />
  return <NothingToCall />
}

function Call({ model }: { model: string }) {
  const { account } = useActing()
  const [search, change] = useSearchState()
  const choice = {
    format: snippetFormats.find((one) => one === search.format) ?? snippetFormats[0],
    language: snippetLanguages.find((one) => one === search.language) ?? snippetLanguages[0],
  }
  return (
    <Stack gap="md">
      <Group align="flex-end" justify="space-between" gap="sm">
        <ReferenceSelect
          source={chatNames}
          label="Model"
          placeholder="Choose a model"
          value={model}
          onChange={(next) => void change({ model: next })}
        />
        <AppLink to={paths.playground(account)} search={{ model }}>
          Try it in the playground
        </AppLink>
      </Group>
      <SnippetBlock model={model} choice={choice} choose={(next) => void change({ ...next })}>
        <Text c="dimmed">
          With the token in the environment as <span className="mono">COMMONHOLD_TOKEN</span>:
        </Text>
      </SnippetBlock>
    </Stack>
  )
}

function NothingToCall() {
  const { account, may } = useActing()
  const mayConnect = may('provider-account:create')
  return (
    <EmptyState
      title="No model to call"
      action={
        mayConnect ? (
          <AppLink to={paths.providers(account)}>Go to the providers</AppLink>
        ) : (
          <AppLink to={paths.explain(account)} search={{ tab: 'what' }}>
            See what you can reach
          </AppLink>
        )
      }
    >
      {mayConnect
        ? 'Connect a provider, or the sandbox to try things out, and add a chat model to it. Then the code to call it is here.'
        : 'There is no chat model here that you may use. Whoever runs this account can grant you one.'}
    </EmptyState>
  )
}
