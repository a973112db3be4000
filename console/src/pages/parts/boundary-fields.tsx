/** The boundary of an account: a preset, or permission by permission. */
import { Radio, Stack } from '@mantine/core'
import { useActing } from '../../api/acting.ts'
import type { Form } from '../../ui/form.ts'
import { PermissionPicker } from '../../ui/permission-picker.tsx'
import { type Boundary, type BoundaryChoice, boundaryPresets } from './account-values.ts'

export interface BoundaryValues {
  preset: BoundaryChoice
  permissions: string[]
}

export function BoundaryFields<V extends BoundaryValues>({ form }: { form: Form<V> }) {
  const { boundary } = useActing()
  const { preset, permissions } = form.values
  return (
    <>
      <Radio.Group
        label="Boundary"
        description="What anyone in the account can do at most, its admins included."
        value={preset}
        onChange={(value) => form.set('preset', value as BoundaryChoice)}
        error={form.errorOf('boundary')}
      >
        <Stack gap="xs" mt="xs">
          {boundaryPresets.map(({ value, label, description }) => (
            <Radio key={value} value={value} label={label} description={description} />
          ))}
        </Stack>
      </Radio.Group>
      {preset === 'custom' && (
        <PermissionPicker
          label="At most"
          available={boundary}
          value={permissions}
          onChange={(next) => form.set('permissions', next)}
        />
      )}
    </>
  )
}

export function boundaryFrom({ preset, permissions }: BoundaryValues): Boundary {
  return preset === 'custom' ? (permissions as Exclude<Boundary, string>) : preset
}
