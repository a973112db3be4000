/** Choosing rows of a review, and taking the chosen ones back at once. */
import { Button, Checkbox } from '@mantine/core'
import { useState } from 'react'
import type { Column } from '../../ui/data-table.tsx'
import classes from './review.module.css'

interface Row {
  readonly id: string
}

export interface Selection {
  readonly ids: readonly string[]
  has(id: string): boolean
  toggle(id: string): void
  set(ids: readonly string[]): void
}

/** @param asked what the list shows: another page or filter begins anew */
export function useSelection(asked: unknown): Selection {
  const key = JSON.stringify(asked)
  const [chosen, setChosen] = useState<{ key: string; ids: readonly string[] }>({ key, ids: [] })
  const ids = chosen.key === key ? chosen.ids : []
  const set = (next: readonly string[]) => setChosen({ key, ids: next })
  return {
    ids,
    has: (id) => ids.includes(id),
    toggle: (id) => set(ids.includes(id) ? ids.filter((one) => one !== id) : [...ids, id]),
    set,
  }
}

/** The first column: a box for each row. @param nameOf what a screen reader hears it chooses */
export function selectColumn<T extends Row>(
  selection: Selection,
  nameOf: (row: T) => string,
): Column<T> {
  return {
    id: 'select',
    header: '',
    width: 32,
    cell: (row) => (
      <Checkbox
        size="xs"
        aria-label={`Choose ${nameOf(row)}`}
        checked={selection.has(row.id)}
        onChange={() => selection.toggle(row.id)}
      />
    ),
  }
}

interface SelectionBarProps {
  selection: Selection
  /** What is on the page. */
  rows: readonly Row[]
  /** The verb on the button: "Take back". */
  verb: string
  act: () => void
}

export function SelectionBar({ selection, rows, verb, act }: SelectionBarProps) {
  const number = selection.ids.length
  const isAll = rows.length > 0 && rows.every((row) => selection.has(row.id))
  const chooseAll = () => selection.set(isAll ? [] : rows.map((row) => row.id))
  return (
    <div className={classes.selection}>
      <Checkbox
        size="xs"
        label="This page"
        checked={isAll}
        indeterminate={number > 0 && !isAll}
        disabled={rows.length === 0}
        onChange={chooseAll}
      />
      <span className={classes.count} aria-live="polite">
        {number === 0 ? '' : `${number} chosen`}
      </span>
      <Button size="compact-sm" color="red" disabled={number === 0} onClick={act}>
        {verb}
      </Button>
    </div>
  )
}
