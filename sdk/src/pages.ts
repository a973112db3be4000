/** Walks a list from its first page to its last. */
import type { CallOptions } from './operation.ts'

interface Page<Item> {
  readonly items: readonly Item[]
  readonly nextCursor: string | null
}

type List<Params, Item> = (params: Params, options?: CallOptions) => Promise<Page<Item>>

/**
 * Every item of a list, page by page: `for await (const team of everyItem(client.team.list,
 * { account: 'root' }))`. Stop early with `break`; no page is read before it is needed.
 */
export async function* everyItem<Params extends object, Item>(
  list: List<Params, Item>,
  params: Params,
  options?: CallOptions,
): AsyncGenerator<Item, void, undefined> {
  let cursor: string | null = null
  do {
    const page: Page<Item> = await list(cursor === null ? params : { ...params, cursor }, options)
    yield* page.items
    cursor = page.nextCursor
  } while (cursor !== null)
}
