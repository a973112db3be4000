/** Every version of a model's price, newest first; usage keeps the version that it was booked at. */
import { Button, Group } from '@mantine/core'
import { useActing } from '../../api/acting.ts'
import { useMayOn } from '../../api/may.ts'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { NewButton, SideDrawer, useDrawer } from '../../ui/drawer.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { priceText } from '../../ui/format.ts'
import { Section } from '../../ui/page.tsx'
import { Tag } from '../../ui/state.tsx'
import { Time } from '../../ui/time.tsx'
import { type Price, priceInForce, usePrices } from './current-price.tsx'
import type { Model } from './model-form.tsx'
import { PriceForm } from './price-form.tsx'
import { ReRateForm } from './re-rate-form.tsx'

const RE_RATE_PX = 560

const amount = (usd: string | undefined, absent: string) =>
  usd === undefined ? absent : priceText(usd)

function columns(inForce: Price | null): Column<Price>[] {
  return [
    {
      id: 'version',
      header: 'Version',
      width: 150,
      cell: (price) => (
        <>
          {price.version} {price.id === inForce?.id && <Tag>In force</Tag>}
        </>
      ),
    },
    {
      id: 'input',
      header: 'Input',
      align: 'right',
      cell: (price) => priceText(price.inputPerMillionUsd),
    },
    {
      id: 'cached',
      header: 'Cached input',
      align: 'right',
      from: 'sm',
      cell: (price) => amount(price.cachedInputPerMillionUsd, 'as input'),
    },
    {
      id: 'output',
      header: 'Output',
      align: 'right',
      cell: (price) => priceText(price.outputPerMillionUsd),
    },
    {
      id: 'request',
      header: 'Per request',
      align: 'right',
      from: 'md',
      cell: (price) => amount(price.perRequestUsd, '–'),
    },
    {
      id: 'from',
      header: 'Valid from',
      align: 'right',
      width: 190,
      cell: (price) => <Time at={price.validFrom} as="clock" />,
    },
  ]
}

export function PriceHistory({ model }: { model: Model }) {
  const { isRoot, may } = useActing()
  const prices = usePrices(model.id)
  const mayChange = useMayOn('model', 'update', model)
  const inForce = prices.data ? priceInForce(prices.data.items) : null
  return (
    <Section
      title="Price"
      description="US dollars per million tokens. A version never changes; a new one takes its place."
      actions={
        mayChange && (
          <Group gap="xs">
            {isRoot && may('account:manage') && prices.data && (
              <ReRate model={model} prices={prices.data.items} />
            )}
            <NewButton label="New price">
              {(close) => prices.data && <PriceForm model={model} before={inForce} close={close} />}
            </NewButton>
          </Group>
        )
      }
    >
      <DataTable
        label="Versions of the price"
        query={prices}
        columns={columns(inForce)}
        rowKey={(price) => price.id}
        empty={
          <EmptyState title="No price yet">
            Until it has one, callers with a budget are refused: an unknown price is never taken for
            zero.
          </EmptyState>
        }
      />
    </Section>
  )
}

/** For admins of the tenant: the bills are theirs to correct. */
function ReRate({ model, prices }: { model: Model; prices: readonly Price[] }) {
  const drawer = useDrawer('re-rate')
  return (
    <>
      <Button onClick={() => drawer.open()}>Re-rate…</Button>
      <SideDrawer
        title="Compute charges again"
        size={RE_RATE_PX}
        opened={drawer.opened}
        close={drawer.close}
      >
        <ReRateForm model={model} prices={prices} close={drawer.close} />
      </SideDrawer>
    </>
  )
}
