/** After an object was changed: close the form, and follow its name if the address had the old one. */
import { useNavigate } from '@tanstack/react-router'
import { useActing } from '../../api/acting.ts'

type PathOf = (account: string, reference: string) => string

export function useAfterEdit(reference: string, pathOf: PathOf) {
  const { account } = useActing()
  const navigate = useNavigate()
  return (close: () => void) =>
    ({ id, name }: { id: string; name: string }) => {
      if (reference === id || reference === name) close()
      else void navigate({ to: pathOf(account, name), replace: true })
    }
}
