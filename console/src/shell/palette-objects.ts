/** Finds objects by name for the palette: one search per kind that the caller may list. */
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { type Acting, useActing } from '../api/acting.ts'
import { wireName } from '../api/choices.ts'
import { client } from '../api/client.ts'
import { paths } from '../ui/paths.ts'

export interface FoundObject {
  id: string
  label: string
  kind: string
  to: string
}

const SEARCH_DELAY_MS = 180
const LETTERS_MIN = 2
const PER_KIND_MAX = 5

interface Query {
  account: string
  q: string
  limit: number
}

interface Named {
  id: string
  name: string
}

interface Source {
  kind: string
  needs?: string
  list: (query: Query) => Promise<{ items: Named[] }>
  to: (account: string, id: string) => string
}

const sources: readonly Source[] = [
  {
    kind: 'Model',
    list: async (query) => {
      const { items } = await client.model.list(query)
      return { items: items.map((model) => ({ id: model.id, name: wireName(model) })) }
    },
    to: paths.model,
  },
  { kind: 'Provider', list: (query) => client.providerAccount.list(query), to: paths.provider },
  {
    kind: 'Virtual model',
    list: (query) => client.virtualModel.list(query),
    to: paths.virtualModel,
  },
  { kind: 'Prompt', list: (query) => client.prompt.list(query), to: paths.prompt },
  { kind: 'Cluster', list: (query) => client.cluster.list(query), to: paths.cluster },
  { kind: 'Workspace', list: (query) => client.workspace.list(query), to: paths.workspace },
  { kind: 'Team', needs: 'team:read', list: (query) => client.team.list(query), to: paths.team },
  {
    kind: 'User',
    needs: 'user:read',
    list: async (query) => {
      const { items } = await client.user.list(query)
      return { items: items.map(({ id, email }) => ({ id, name: email })) }
    },
    to: paths.user,
  },
  {
    kind: 'Virtual account',
    needs: 'virtual-account:read',
    list: (query) => client.virtualAccount.list(query),
    to: paths.virtualAccount,
  },
]

export function useFoundObjects(typed: string): FoundObject[] {
  const acting = useActing()
  const [q] = useDebouncedValue(typed.trim(), SEARCH_DELAY_MS)
  const { data } = useQuery({
    queryKey: ['account', acting.account, 'palette', q],
    queryFn: () => find(acting, q),
    enabled: q.length >= LETTERS_MIN,
  })
  return q.length >= LETTERS_MIN ? (data ?? []) : []
}

async function find(acting: Acting, q: string): Promise<FoundObject[]> {
  const mayList = sources.filter(({ needs }) => needs === undefined || acting.may(needs))
  const { account } = acting
  const lists = await Promise.all(
    mayList.map(async ({ kind, list, to }) => {
      const { items } = await list({ account, q, limit: PER_KIND_MAX })
      return items.map(({ id, name }) => ({ id, label: name, kind, to: to(account, id) }))
    }),
  )
  return lists.flat()
}
