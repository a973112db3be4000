/** A filter whose values are searched for. What the address names is shown by its name. */
import type { ChoiceSource } from '../api/choices.ts'
import { ReferenceSelect } from './reference-select.tsx'

interface ReferenceFilterProps {
  source: ChoiceSource
  label: string
  value: string | undefined
  onChange: (value: string | undefined) => void
}

export function ReferenceFilter({ source, label, value, onChange }: ReferenceFilterProps) {
  return (
    <ReferenceSelect
      size="xs"
      label=""
      aria-label={label}
      placeholder={label}
      clearable
      source={source}
      value={value ?? ''}
      onChange={(next) => onChange(next === '' ? undefined : next)}
    />
  )
}
