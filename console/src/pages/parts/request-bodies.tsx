/** What was asked and answered, where it was kept: shown when somebody asks to see it, on the record. */
import { Button } from '@mantine/core'
import { Eye } from 'lucide-react'
import { useState } from 'react'
import { useActing } from '../../api/acting.ts'
import { client } from '../../api/client.ts'
import { useChange } from '../../api/query.ts'
import { CodeBlock } from '../../ui/copy.tsx'
import { count } from '../../ui/format.ts'
import { Section } from '../../ui/page.tsx'
import classes from './request-detail.module.css'

type Bodies = Awaited<ReturnType<typeof client.requestLog.reveal>>
type Body = Bodies['request']

interface RequestBodiesProps {
  request: { readonly id: string; readonly bodies: 'none' | 'kept' }
}

export function RequestBodies({ request }: RequestBodiesProps) {
  const { may } = useActing()
  const [shown, setShown] = useState<{ of: string; bodies: Bodies } | null>(null)
  const reveal = useChange(
    (id: string, account) => client.requestLog.reveal({ account, request: id }),
    { onDone: (bodies) => setShown({ of: request.id, bodies }) },
  )
  if (request.bodies === 'none') {
    return (
      <Section title="Bodies" description="What was asked and answered.">
        They were not kept.
      </Section>
    )
  }
  if (shown?.of === request.id) {
    const { bodies } = shown
    return (
      <Section title="Bodies" description="Redacted before they were kept.">
        <BodyText label="Request" body={bodies.request} />
        <BodyText label="Answer" body={bodies.answer} />
      </Section>
    )
  }
  return (
    <Section title="Bodies" description="Kept encrypted. The audit log tells who looks at them.">
      <Button
        leftSection={<Eye size={14} aria-hidden />}
        disabled={!may('request-log:use')}
        loading={reveal.isPending}
        onClick={() => reveal.mutate(request.id)}
      >
        {may('request-log:use') ? 'Show what was asked and answered' : 'Needs request-log:use'}
      </Button>
    </Section>
  )
}

const whyNot: Record<Body['state'], string> = {
  kept: '',
  too_large: 'It was too large to be kept',
  not_text: 'It is no JSON, so it could not be redacted and was not kept',
  none: 'There was none',
}

function BodyText({ label, body }: { label: string; body: Body }) {
  if (body.text === null) {
    return (
      <p>
        {label}: {whyNot[body.state]} ({count(body.bytes)} bytes).
      </p>
    )
  }
  return (
    <div className={classes.body}>
      <p>{label}</p>
      <CodeBlock code={indented(body.text)} label={label} />
    </div>
  )
}

function indented(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}
