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

export function DetailsSkeleton({ lines = 4 }: { lines?: number }) {
  const facts = Array.from(
    { length: lines },
    (_, line): Fact => [
      `\u00a0${' '.repeat(line)}`,
      <Skeleton key={line} height={10} width={180 - line * 16} mt={6} />,
    ],
  )
  return <Details facts={facts} />
}
