/**
 * Before anything destructive: what will be lost, by whom and through what, asked of the API itself (its
 * dry run), in a dialog. If the API would refuse, the dialog says so instead of offering the button.
 */

import type { DryRun } from '@commonhold/sdk'
import { Alert, Button, Group, Modal, Skeleton, Stack, Text } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { say } from '../api/query.ts'
import { sentence } from '../api/sentence.ts'
import { Consequences } from './consequences.tsx'

export interface Confirmation {
  /** A question: "Delete the team research?" */
  title: string
  /** What happens, in a sentence or two. */
  text: ReactNode
  /** The verb on the button: "Delete". */
  verb: string
  /** Said when it is done. */
  done: string
  preview: () => Promise<DryRun<unknown>>
  act: () => Promise<unknown>
  onDone?: () => void
  isDestructive?: boolean
}

const DRY_RUN_KEY = 'dry-run'
/** Who loses what through what is a line each. */
const WIDTH_PX = 560

interface ConfirmProps {
  confirmation: Confirmation | null
  close: () => void
}

/** Null closes the dialog. */
export function Confirm({ confirmation, close }: ConfirmProps) {
  return (
    <Modal
      opened={confirmation !== null}
      onClose={close}
      title={confirmation?.title}
      size={WIDTH_PX}
      styles={{ title: { fontSize: 15, fontWeight: 600 } }}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {confirmation && <Question confirmation={confirmation} close={close} />}
    </Modal>
  )
}

function Question({ confirmation, close }: ConfirmProps & { confirmation: Confirmation }) {
  const { text, verb, done, preview, act, onDone, isDestructive = true } = confirmation
  const cache = useQueryClient()
  const foreseen = useQuery({
    queryKey: [DRY_RUN_KEY, confirmation.title],
    queryFn: preview,
    gcTime: 0,
    staleTime: 0,
  })
  const change = useMutation({
    mutationFn: act,
    onSuccess: async () => {
      close()
      say(done)
      onDone?.()
      // Not the dry run itself: what it asked about has happened.
      await cache.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== DRY_RUN_KEY })
    },
  })
  const problem = change.error ?? foreseen.error
  return (
    <Stack gap="md">
      <Text>{text}</Text>
      {foreseen.isPending && <Skeleton height={36} />}
      {foreseen.data && <Consequences plan={foreseen.data} isDestructive={isDestructive} />}
      {problem !== null && (
        <Alert color="red" variant="light" role="alert">
          {sentence(problem)}
        </Alert>
      )}
      <Group justify="flex-end" gap="xs">
        <Button variant="subtle" color="gray" onClick={close} data-autofocus>
          Cancel
        </Button>
        <Button
          variant="filled"
          {...(isDestructive ? { color: 'red.9' } : {})}
          disabled={!foreseen.isSuccess}
          loading={change.isPending}
          onClick={() => change.mutate()}
        >
          {verb}
        </Button>
      </Group>
    </Stack>
  )
}
