/** Sharing a resource with an account, or changing the most that the account may do with it. */
import { NumberInput, Select, Stack, Text } from '@mantine/core'
import { useActing } from '../../api/acting.ts'
import { accounts, resourcesOfKind } from '../../api/choices.ts'
import { client } from '../../api/client.ts'
import { useOne } from '../../api/query.ts'
import { FormBody } from '../../ui/drawer.tsx'
import { type Form, useForm } from '../../ui/form.ts'
import { kindLabel } from '../../ui/format.ts'
import { concerning } from '../../ui/kinds.ts'
import { PermissionPicker } from '../../ui/permission-picker.tsx'
import { ReferenceSelect } from '../../ui/reference-select.tsx'
import type { Share } from './share-columns.tsx'

type ShareInput = Parameters<typeof client.share.create>[1]
type Kind = ShareInput['kind']
type UpTo = NonNullable<ShareInput['upTo']>

export const SHARE_DRAWER_PX = 560
export const shareableKinds = Object.keys(resourcesOfKind)

const CUSTOM = 'custom'
const PPM_PER_PERCENT = 10_000

interface Values {
  kind: string
  resource: string
  to: string
  upTo: string
  permissions: string[]
  markupPercent: number | string
}

/** Built-in roles as the most that an account may do, and permission by permission. */
const most = [
  { value: 'viewer', label: 'See it' },
  { value: 'user', label: 'Use it' },
  { value: 'editor', label: 'Use and change it' },
  { value: 'admin', label: 'Everything' },
  { value: CUSTOM, label: 'Permission by permission …' },
]

interface ShareFormProps {
  /** Absent: a new one. */
  share?: Share
  close: () => void
}

export function ShareForm({ share, close }: ShareFormProps) {
  const form = useForm({
    initial: {
      kind: share?.resource.kind ?? 'model',
      resource: share?.resource.id ?? '',
      to: share?.to.id ?? '',
      upTo: share === undefined ? 'user' : CUSTOM,
      permissions: (share?.permissions ?? []) as string[],
      markupPercent: (share?.markupPpm ?? 0) / PPM_PER_PERCENT,
    } as Values,
    submit: (values, account) => {
      const body = { ...mostOf(values), markupPpm: ppmOf(values.markupPercent) }
      if (share !== undefined) {
        const params = { account, share: share.id }
        return client.share.update(params, body, { ifMatch: share.revision })
      }
      const { kind, resource, to } = values
      return client.share.create({ account }, { kind: kind as Kind, resource, to, ...body })
    },
    done: ({ resource, to }) => `${resource.name} is shared with ${to.name}.`,
    onDone: close,
  })
  const { resource, to } = form.values
  return (
    <FormBody
      form={form}
      submitLabel={share === undefined ? 'Share' : 'Save'}
      close={close}
      isReady={resource !== '' && to !== ''}
    >
      {share === undefined ? <Ends form={form} /> : <FixedEnds share={share} />}
      <Most form={form} />
      <NumberInput
        label="Markup"
        description="Added to the price of whatever the account uses through this share."
        suffix=" %"
        min={0}
        max={10_000}
        decimalScale={4}
        {...form.value('markupPercent')}
        error={form.errorOf('markupPpm')}
      />
    </FormBody>
  )
}

function mostOf({ upTo, permissions }: Values): Pick<ShareInput, 'upTo' | 'permissions'> {
  return upTo === CUSTOM
    ? { permissions: permissions as NonNullable<ShareInput['permissions']> }
    : { upTo: upTo as UpTo }
}

function ppmOf(percent: number | string): number {
  return Math.round(Number(percent || 0) * PPM_PER_PERCENT)
}

function FixedEnds({ share }: { share: Share }) {
  return (
    <Text>
      <strong>{share.resource.name}</strong> with <strong>{share.to.name}</strong>. What you take
      away stops counting with the next request.
    </Text>
  )
}

function Ends({ form }: { form: Form<Values> }) {
  const { kind } = form.values
  return (
    <>
      <Stack gap={6}>
        <Text fw={500}>What</Text>
        <Select
          aria-label="Kind"
          data={shareableKinds.map((value) => ({ value, label: kindLabel(value) }))}
          allowDeselect={false}
          value={kind}
          onChange={(value) => {
            form.set('kind', value ?? 'model')
            form.set('resource', '')
          }}
        />
        <ReferenceSelect
          key={kind}
          source={resourcesOfKind[kind]!}
          label=""
          aria-label={kindLabel(kind)}
          placeholder={`Choose a ${kindLabel(kind).toLowerCase()}`}
          {...form.value('resource')}
        />
      </Stack>
      <ReferenceSelect
        source={accounts}
        label="With which account"
        placeholder="Choose an account"
        {...form.value('to')}
      />
    </>
  )
}

/** The most that the account may do, and what of it the account's own boundary lets through. */
function Most({ form }: { form: Form<Values> }) {
  const { boundary: everything } = useActing()
  const { kind, upTo, permissions } = form.values
  return (
    <>
      <Select
        label="The account may at most"
        data={most}
        allowDeselect={false}
        value={upTo}
        error={form.errorOf('upTo')}
        onChange={(value) => form.set('upTo', value ?? 'user')}
      />
      {upTo === CUSTOM && (
        <PermissionPicker
          label="Permissions"
          available={concerning(kind, everything)}
          value={permissions}
          error={form.errorOf('permissions')}
          onChange={(next) => form.set('permissions', next)}
        />
      )}
      <WhatItMeans values={form.values} />
    </>
  )
}

/** The permissions one by one, and which of them stay idle in the account. */
function WhatItMeans({ values: { kind, to, upTo, permissions } }: { values: Values }) {
  const role = useOne('role', upTo, (account) => client.role.get({ account, role: upTo }), {
    enabled: upTo !== CUSTOM,
  })
  const target = useOne('account', to, () => client.account.get({ account: to }), {
    enabled: to !== '',
  })
  const meant =
    upTo === CUSTOM ? permissions : concerning(kind, (role.data?.permissions ?? []) as string[])
  const lets: readonly string[] | undefined = target.data?.boundary
  const idle = lets === undefined ? [] : meant.filter((name) => !lets.includes(name))
  if (meant.length === 0) return null
  return (
    <Text size="xs" c="dimmed">
      {upTo !== CUSTOM && `That is ${meant.join(', ')}. `}
      {idle.length > 0 &&
        `Outside the boundary of ${target.data?.displayName}, and so idle there: ${idle.join(', ')}.`}
    </Text>
  )
}
