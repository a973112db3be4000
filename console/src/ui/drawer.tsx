/**
 * Forms open in a drawer at the side. Whether it is open is in the address (`?new=` or `?edit=`), so
 * that a link or the palette can open it and Back closes it.
 */
import { Alert, Button, Drawer, Group, Stack } from '@mantine/core'
import { Plus } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Form } from './form.ts'
import { useSearchState } from './search.ts'

const WIDTH_PX = 460

/** @returns whether the drawer of that name is open, with what value, and how to open and close it */
export function useDrawer(name: string) {
  const [search, change] = useSearchState()
  const value = search[name]
  return {
    opened: value !== undefined,
    value: value ?? '',
    open: (of = 'true') => change({ [name]: of }, { replace: false }),
    close: () => change({ [name]: undefined }),
  }
}

interface SideDrawerProps {
  title: string
  opened: boolean
  close: () => void
  size?: number
  children: ReactNode
}

export function SideDrawer({ title, opened, close, size = WIDTH_PX, children }: SideDrawerProps) {
  return (
    <Drawer
      opened={opened}
      onClose={close}
      size={size}
      title={title}
      closeButtonProps={{ 'aria-label': 'Close' }}
      styles={{ title: { fontSize: 15, fontWeight: 600 } }}
    >
      {children}
    </Drawer>
  )
}

interface NewButtonProps {
  /** "New team" */
  label: string
  size?: number
  children: (close: () => void) => ReactNode
}

/** The button that makes a new one, with the drawer that it opens. */
export function NewButton({ label, size, children }: NewButtonProps) {
  const drawer = useDrawer('new')
  return (
    <>
      <Button
        variant="filled"
        leftSection={<Plus size={14} aria-hidden />}
        onClick={() => drawer.open()}
      >
        {label}
      </Button>
      <SideDrawer
        title={label}
        opened={drawer.opened}
        close={drawer.close}
        {...(size === undefined ? {} : { size })}
      >
        {children(drawer.close)}
      </SideDrawer>
    </>
  )
}

interface FormBodyProps<V> {
  form: Form<V>
  submitLabel: string
  close?: () => void
  isReady?: boolean
  children: ReactNode
}

/** The fields one below the other, what went wrong, and the two buttons. */
export function FormBody<V>({ form, submitLabel, close, isReady, children }: FormBodyProps<V>) {
  return (
    <form onSubmit={form.onSubmit} noValidate>
      <Stack gap="md">
        {children}
        {form.problem !== null && (
          <Alert color="red" variant="light" role="alert">
            {form.problem}
          </Alert>
        )}
        <Group justify="flex-end" gap="xs" mt="xs">
          {close && (
            <Button variant="subtle" color="gray" onClick={close}>
              Cancel
            </Button>
          )}
          <Button
            type="submit"
            variant="filled"
            loading={form.isPending}
            disabled={isReady === false}
          >
            {submitLabel}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
