/** The price of a model that is in force now. Unknown is said as such: it is never taken for free. */
import { client } from '../../api/client.ts'
import { useOne } from '../../api/query.ts'
import { priceText } from '../../ui/format.ts'

export type Price = Awaited<ReturnType<typeof client.price.create>>

const VERSIONS_READ = 20

/** @param newestFirst versions of one model's price; a later one may not be in force yet */
export function priceInForce(newestFirst: readonly Price[], now = Date.now()): Price | null {
  return newestFirst.find((price) => Date.parse(price.validFrom) <= now) ?? null
}

export function usePrices(model: string) {
  return useOne('price', model, (account) =>
    client.price.list({ account, model, sort: '-version', limit: VERSIONS_READ }),
  )
}

export function CurrentPrice({ model }: { model: string }) {
  const { data, error } = usePrices(model)
  if (error) return <>–</>
  if (data === undefined) return <>…</>
  const price = priceInForce(data.items)
  if (price === null) return <span title="Callers with a budget can’t use it.">No price</span>
  return (
    <>
      {priceText(price.inputPerMillionUsd)} / {priceText(price.outputPerMillionUsd)}
    </>
  )
}
