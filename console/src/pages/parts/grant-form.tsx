/** Granting: who, which role, on what. One of the two ends may be given by the page it is on. */
import { SegmentedControl, Select, Stack, Text } from '@mantine/core'
import { resourcesOfKind, roleNames, teams, users, virtualAccounts } from '../../api/choices.ts'
import { client } from '../../api/client.ts'
import { FormBody } from '../../ui/drawer.tsx'
import { expiryChoices, expiryFrom } from '../../ui/expiry.ts'
import { type Form, useForm } from '../../ui/form.ts'
import { kindLabel } from '../../ui/format.ts'
import { ReferenceSelect } from '../../ui/reference-select.tsx'
import { RoleContents } from './role-contents.tsx'

type GrantInput = Parameters<typeof client.grant.create>[1]
type SubjectType = GrantInput['subject']['type']
type ObjectType = GrantInput['object']['type']

interface GrantFormProps {
  close: () => void
  subject?: { type: SubjectType; id: string }
  object?: { kind: string; id: string }
}

interface Values {
  subjectType: SubjectType
  subject: string
  objectType: ObjectType
  kind: string
  object: string
  role: string
  expiresAt: string
}

export function GrantForm({ close, subject, object }: GrantFormProps) {
  const form = useForm({
    initial: {
      subjectType: subject?.type ?? 'team',
      subject: subject?.id ?? '',
      objectType: 'resource',
      kind: object?.kind ?? 'model',
      object: object?.id ?? '',
      role: 'user',
      expiresAt: 'never',
    } as Values,
    submit: (values, account) =>
      client.grant.create(
        { account },
        {
          subject: subjectOf(values),
          object: objectOf(values),
          role: values.role,
          expiresAt: expiryFrom(values.expiresAt),
        },
      ),
    done: (grant) =>
      `${grant.subject.name} has the role ${grant.role.name} on ${grant.object.name}.`,
    onDone: close,
  })
  const isReady =
    form.values.subject !== '' &&
    (form.values.objectType !== 'resource' || form.values.object !== '')
  return (
    <FormBody form={form} submitLabel="Grant" close={close} isReady={isReady}>
      {subject === undefined && <SubjectFields form={form} />}
      {object === undefined && <ObjectFields form={form} />}
      <ReferenceSelect
        source={roleNames}
        label="Role"
        description="You can hand out only what you hold yourself, inside the boundary."
        {...form.value('role')}
      />
      <RoleContents
        role={form.values.role}
        kind={form.values.objectType === 'account' ? null : form.values.kind}
      />
      <Select
        label="Ends"
        data={expiryChoices}
        allowDeselect={false}
        value={form.values.expiresAt}
        error={form.errorOf('expiresAt')}
        onChange={(value) => form.set('expiresAt', value ?? 'never')}
      />
    </FormBody>
  )
}

const subjects = {
  team: { label: 'Team', source: teams },
  user: { label: 'User', source: users },
  'virtual-account': { label: 'Virtual account', source: virtualAccounts },
} as const

function SubjectFields({ form }: { form: Form<Values> }) {
  const { subjectType } = form.values
  return (
    <Stack gap={6}>
      <Text fw={500}>Who</Text>
      <SegmentedControl
        size="xs"
        data={Object.entries(subjects).map(([value, { label }]) => ({ value, label }))}
        value={subjectType}
        onChange={(value) => {
          form.set('subjectType', value as SubjectType)
          form.set('subject', '')
        }}
      />
      <ReferenceSelect
        key={subjectType}
        source={subjects[subjectType].source}
        label=""
        aria-label={subjects[subjectType].label}
        placeholder={`Choose a ${subjects[subjectType].label.toLowerCase()}`}
        {...form.value('subject')}
      />
    </Stack>
  )
}

const objectTypes = [
  { value: 'resource', label: 'One resource' },
  { value: 'kind', label: 'A whole kind' },
  { value: 'account', label: 'The account' },
]

function ObjectFields({ form }: { form: Form<Values> }) {
  const { objectType, kind } = form.values
  const kinds = Object.keys(resourcesOfKind).map((value) => ({ value, label: kindLabel(value) }))
  return (
    <Stack gap={6}>
      <Text fw={500}>On what</Text>
      <SegmentedControl
        size="xs"
        data={objectTypes}
        value={objectType}
        onChange={(value) => form.set('objectType', value as ObjectType)}
      />
      {objectType !== 'account' && (
        <Select
          aria-label="Kind"
          data={kinds}
          allowDeselect={false}
          value={kind}
          onChange={(value) => {
            form.set('kind', value ?? 'model')
            form.set('object', '')
          }}
        />
      )}
      {objectType === 'resource' && (
        <ReferenceSelect
          key={kind}
          source={resourcesOfKind[kind]!}
          label=""
          aria-label={kindLabel(kind)}
          placeholder={`Choose a ${kindLabel(kind).toLowerCase()}`}
          {...form.value('object')}
        />
      )}
    </Stack>
  )
}

function subjectOf({ subjectType, subject }: Values): GrantInput['subject'] {
  if (subjectType === 'user') return { type: 'user', user: subject }
  if (subjectType === 'team') return { type: 'team', team: subject }
  return { type: 'virtual-account', virtualAccount: subject }
}

type ResourceObject = Extract<GrantInput['object'], { type: 'resource' }>

function objectOf({ objectType, kind, object }: Values): GrantInput['object'] {
  if (objectType === 'account') return { type: 'account' }
  const known = kind as ResourceObject['kind']
  if (objectType === 'kind') return { type: 'kind', kind: known }
  return { type: 'resource', kind: known, resource: object }
}
