/** What `/readyz` says of the server's parts, and how far its clock is from ours. */
export interface Finding {
  readonly state: 'ok' | 'warning' | 'failed'
  readonly what: string
  readonly detail: string
}

/** Sign-ins by SSO and short-lived tokens begin to fail when clocks differ by more. */
const clockSkewSecondsMax = 30
const readinessMsMax = 10_000

export async function readinessOf(url: string): Promise<Finding[]> {
  try {
    const sentAtMs = Date.now()
    const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(readinessMsMax) })
    const clock = clockFinding(response.headers.get('date'), (sentAtMs + Date.now()) / 2)
    return [...clock, ...readyFindings(response.status, await response.text())]
  } catch (error) {
    return [{ state: 'failed', what: 'readiness', detail: (error as Error).message }]
  }
}

/** A Date header has whole seconds, so a second more or less is no difference. */
export function clockFinding(date: string | null, nowMs: number): Finding[] {
  const serverMs = Date.parse(date ?? '')
  if (Number.isNaN(serverMs)) return []
  const skewSeconds = Math.round((serverMs + 500 - nowMs) / 1_000)
  const off = Math.abs(skewSeconds)
  if (off <= 1) return [{ state: 'ok', what: 'clock', detail: 'agrees with the server’s' }]
  const direction = skewSeconds > 0 ? 'behind' : 'ahead of'
  const detail = `this machine is ${off} s ${direction} the server`
  return [{ state: off > clockSkewSecondsMax ? 'failed' : 'ok', what: 'clock', detail }]
}

/** The status decides; the parts say why. */
export function readyFindings(status: number, text: string): Finding[] {
  const isReady = status === 200
  const ready: Finding = {
    state: isReady ? 'ok' : 'failed',
    what: 'readiness',
    detail: isReady ? 'the server is ready' : `the server is not ready (${status})`,
  }
  const body = objectIn(text)
  const parts = asObject(body.parts) ?? asObject(body.checks) ?? {}
  return [ready, ...Object.entries(parts).map(([name, part]) => partFinding(name, part))]
}

/** `"ok"`, `true`, or an object with `ok` or `state` and what else there is to say. */
function partFinding(what: string, part: unknown): Finding {
  const fields = asObject(part)
  const verdict = fields === null ? part : (fields.ok ?? fields.state ?? fields.status)
  const isOk = verdict === true || ['ok', 'ready', 'up'].includes(String(verdict))
  const more = Object.entries(fields ?? {})
    .filter(([key, value]) => value !== verdict && key !== 'ok')
    .map(([key, value]) => `${key} ${typeof value === 'string' ? value : JSON.stringify(value)}`)
  const detail = [isOk ? 'ok' : String(verdict), ...more].join(', ')
  return { state: isOk ? 'ok' : 'failed', what, detail }
}

function objectIn(text: string): Readonly<Record<string, unknown>> {
  try {
    return asObject(JSON.parse(text)) ?? {}
  } catch {
    return {}
  }
}

function asObject(value: unknown): Readonly<Record<string, unknown>> | null {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  return isObject ? (value as Record<string, unknown>) : null
}
