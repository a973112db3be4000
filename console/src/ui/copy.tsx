/** Copying: a value beside its button, and a block of code with one. */
import { ActionIcon, Tooltip } from '@mantine/core'
import { useClipboard } from '@mantine/hooks'
import { Check, Copy } from 'lucide-react'
import classes from './copy.module.css'

const COPIED_MS = 1_500

export function CopyButton({ value, label }: { value: string; label: string }) {
  const clipboard = useClipboard({ timeout: COPIED_MS })
  const text = clipboard.copied ? 'Copied' : label
  return (
    <Tooltip label={text}>
      <ActionIcon size="sm" aria-label={text} onClick={() => clipboard.copy(value)}>
        {clipboard.copied ? <Check size={14} aria-hidden /> : <Copy size={14} aria-hidden />}
      </ActionIcon>
    </Tooltip>
  )
}

/** An id or another value that people paste elsewhere. */
export function Copyable({ value, label }: { value: string; label: string }) {
  return (
    <span className={classes.copyable}>
      <span className="mono">{value}</span>
      <CopyButton value={value} label={label} />
    </span>
  )
}

export function CodeBlock({ code, label }: { code: string; label: string }) {
  return (
    <div className={classes.block}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by key. */}
      <section className={classes.code} tabIndex={0} aria-label={label}>
        <pre>{code}</pre>
      </section>
      <div className={classes.button}>
        <CopyButton value={code} label="Copy" />
      </div>
    </div>
  )
}
