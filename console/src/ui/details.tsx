/** The facts of an object: a term and its value per line, without boxes around them. */
import { Skeleton } from '@mantine/core'
import type { ReactNode } from 'react'
import classes from './details.module.css'

export type Fact = readonly [term: string, value: ReactNode] | null | false

export function Details({ facts }: { facts: readonly Fact[] }) {
  return (
    <dl className={classes.list}>
      {facts
        .filter((fact) => fact !== null && fact !== false)
        .map(([term, value]) => (
          <div key={term} className={classes.fact}>
            <dt>{term}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  )
}

const SKELETON_WIDTHS_PX = [180, 140, 160, 120]

export function DetailsSkeleton() {
  return (
    <div className={classes.list} aria-hidden>
      {SKELETON_WIDTHS_PX.map((width) => (
        <div key={width} className={classes.fact}>
          <Skeleton height={10} width={80} />
          <Skeleton height={10} width={width} />
        </div>
      ))}
    </div>
  )
}
