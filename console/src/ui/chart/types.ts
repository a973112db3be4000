/** What a chart is given, and where its parts draw. */
export interface Series {
  name: string
  /** One for each label, in dollars or whatever `format` writes. */
  values: readonly number[]
}

export interface ChartLine {
  name: string
  /** The same everywhere (a budget), or one for each label (a forecast); null where it is not. */
  values: number | readonly (number | null)[]
  tone: 'limit' | 'forecast'
}

export interface StackChartProps {
  /** For screen readers: what is drawn. */
  label: string
  /** Along the bottom: days. */
  labels: readonly string[]
  series: readonly Series[]
  lines?: readonly ChartLine[]
  shape: 'bars' | 'areas'
  format: (value: number) => string
  height?: number
  /** A place was clicked, or Enter was pressed on it. */
  onSelect?: (at: number) => void
}

export interface Frame {
  width: number
  height: number
  left: number
  top: number
  /** Width of one place. */
  step: number
  x: (at: number) => number
  y: (value: number) => number
}
