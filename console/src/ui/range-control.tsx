/** Choosing the span of time of a page; a span of its own is shown with the way out of it. */
import { Button, Group, SegmentedControl } from '@mantine/core'
import { X } from 'lucide-react'
import { RANGE_DEFAULT, type Range, ranges } from './range.ts'
import { useSearchState } from './search.ts'

const day = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', year: 'numeric' })

export function RangeControl({ range }: { range: Range }) {
  const [, change] = useSearchState()
  const choose = (days: string) =>
    change({
      range: days === RANGE_DEFAULT ? undefined : days,
      from: undefined,
      to: undefined,
      cursor: undefined,
    })
  return (
    <Group gap="xs">
      {range.days === null && (
        <Button
          rightSection={<X size={13} aria-hidden />}
          aria-label={`${spanText(range)}. Clear`}
          onClick={() => choose(RANGE_DEFAULT)}
        >
          {spanText(range)}
        </Button>
      )}
      <SegmentedControl
        size="xs"
        aria-label="Span of time"
        data={[...ranges]}
        value={range.days ?? ''}
        onChange={choose}
      />
    </Group>
  )
}

function spanText({ from, to }: Range): string {
  const first = new Date(from)
  const last = to === undefined ? new Date() : new Date(Date.parse(to) - 1)
  const text = day.format(first)
  return text === day.format(last) ? text : `${text} – ${day.format(last)}`
}
