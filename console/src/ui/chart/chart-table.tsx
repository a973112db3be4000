/** What a chart shows, as a table for those who do not see it. */
import { VisuallyHidden } from '@mantine/core'
import type { StackChartProps } from './types.ts'

export function ChartTable({ label, labels, series, format }: StackChartProps) {
  return (
    <VisuallyHidden>
      <table aria-label={label}>
        <thead>
          <tr>
            <th scope="col">When</th>
            {series.map(({ name }) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {labels.map((when, at) => (
            <tr key={when}>
              <th scope="row">{when}</th>
              {series.map(({ name, values }) => (
                <td key={name}>{values[at] === undefined ? '' : format(values[at])}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </VisuallyHidden>
  )
}
