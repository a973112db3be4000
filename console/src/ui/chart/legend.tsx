/** Which colour is what, under a chart. */
import { seriesColour } from './chart-layers.tsx'
import classes from './stack-chart.module.css'

export function Legend({ names }: { names: readonly string[] }) {
  return (
    <ul className={classes.legend}>
      {names.map((name, at) => (
        <li key={name}>
          <span className={classes.swatch} style={{ background: seriesColour(at) }} />
          {name}
        </li>
      ))}
    </ul>
  )
}
