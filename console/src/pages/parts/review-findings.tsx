/** The findings of a review: as a filter with how many there are, and on each row. */
import { Button, Group, Tooltip } from '@mantine/core'
import { count } from '../../ui/format.ts'
import type { ListState } from '../../ui/list-state.ts'
import classes from './review.module.css'
import { byUrgency, findingWord, withoutImplied } from './review-words.ts'

interface Counted {
  readonly total: number
  readonly findings: Readonly<Record<string, number>>
}

/** Only findings that something has, so that a clean list shows none. */
export function FindingFilter({ list, counted }: { list: ListState; counted?: Counted | null }) {
  const chosen = list.filter('finding')
  const shown = Object.entries(counted?.findings ?? {}).sort(byUrgency)
  const isShown = chosen === undefined || shown.some(([finding]) => finding === chosen)
  const all = isShown ? shown : [...shown, [chosen, 0] as const]
  return (
    <Group gap={4} mb="xs" role="group" aria-label="Findings">
      <Choice
        label="All"
        number={counted?.total}
        isChosen={chosen === undefined}
        choose={() => list.filterBy('finding', null)}
      />
      {all.map(([finding, number]) => (
        <Choice
          key={finding}
          label={findingWord(finding).label}
          hint={findingWord(finding).hint}
          number={number}
          isChosen={chosen === finding}
          choose={() => list.filterBy('finding', finding)}
        />
      ))}
    </Group>
  )
}

interface ChoiceProps {
  label: string
  hint?: string
  number: number | undefined
  isChosen: boolean
  choose: () => void
}

function Choice({ label, hint = '', number, isChosen, choose }: ChoiceProps) {
  return (
    <Tooltip label={hint} disabled={hint === ''}>
      <Button
        size="compact-xs"
        variant={isChosen ? 'filled' : 'default'}
        aria-pressed={isChosen}
        onClick={choose}
      >
        {label}
        {number === undefined ? '' : ` ${count(number)}`}
      </Button>
    </Tooltip>
  )
}

export function Findings({ findings }: { findings: readonly string[] }) {
  return (
    <span className={classes.findings}>
      {withoutImplied(findings).map((finding) => {
        const { label, hint, tone } = findingWord(finding)
        return (
          <Tooltip key={finding} label={hint}>
            <span className={classes.finding}>
              <span className={classes.dot} data-tone={tone} aria-hidden />
              {label}
            </span>
          </Tooltip>
        )
      })}
    </span>
  )
}
