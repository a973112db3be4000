/** Changing the two names of an object. The address follows the new name. */
import { useNavigate } from '@tanstack/react-router'
import { FormBody, SideDrawer, useDrawer } from '../../ui/drawer.tsx'
import { useForm } from '../../ui/form.ts'
import { NameFields } from '../../ui/name-fields.tsx'

interface Names {
  name: string
  displayName: string
}

interface RenameDrawerProps {
  /** "team" */
  what: string
  object: Names
  save: (names: Names) => Promise<Names>
  /** Where the object is found by its new name; absent where its address has the id. */
  to?: (name: string) => string
}

export function RenameDrawer(props: RenameDrawerProps) {
  const drawer = useDrawer('edit')
  return (
    <SideDrawer title={`Rename ${props.what}`} opened={drawer.opened} close={drawer.close}>
      <RenameForm {...props} close={drawer.close} />
    </SideDrawer>
  )
}

function RenameForm({ object, save, to, close }: RenameDrawerProps & { close: () => void }) {
  const navigate = useNavigate()
  const form = useForm({
    initial: { displayName: object.displayName, name: object.name },
    submit: save,
    done: 'Renamed.',
    onDone: ({ name }) => {
      if (to === undefined || name === object.name) close()
      else void navigate({ to: to(name), replace: true })
    },
  })
  return (
    <FormBody form={form} submitLabel="Save" close={close} isReady={form.isDirty}>
      <NameFields
        form={form}
        nameDescription="Whoever uses the name must use the new one then. The id stays the same."
      />
    </FormBody>
  )
}
