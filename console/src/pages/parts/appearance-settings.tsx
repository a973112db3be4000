/** How the console looks on this machine: light, dark, or as the system does. */
import { type MantineColorScheme, Radio, Stack, useMantineColorScheme } from '@mantine/core'

const schemes = [
  { value: 'auto', label: 'As the system', description: 'Follows the setting of this machine.' },
  { value: 'light', label: 'Light', description: undefined },
  { value: 'dark', label: 'Dark', description: undefined },
]

export function AppearanceSettings() {
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  return (
    <Radio.Group
      label="Colours"
      description="Kept in this browser."
      value={colorScheme}
      onChange={(value) => setColorScheme(value as MantineColorScheme)}
    >
      <Stack gap="xs" mt="sm">
        {schemes.map(({ value, label, description }) => (
          <Radio key={value} value={value} label={label} description={description} />
        ))}
      </Stack>
    </Radio.Group>
  )
}
