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

/** The status decides; each part is "ok" or says in a sentence why it is not. */
export function readyFindings(status: number, text: string): Finding[] {
  const isReady = status === 200
  const detail = isReady ? 'the server is ready' : `the server is not ready (${status})`
  const parts = Object.entries(partsIn(text)).map(
    ([what, said]): Finding => ({ state: said === 'ok' ? 'ok' : 'failed', what, detail: said }),
  )
  return [{ state: isReady ? 'ok' : 'failed', what: 'readiness', detail }, ...parts]
}

function partsIn(text: string): Readonly<Record<string, string>> {
  try {
    return (JSON.parse(text) as { parts?: Record<string, string> }).parts ?? {}
  } catch {
    return {}
  }
}
