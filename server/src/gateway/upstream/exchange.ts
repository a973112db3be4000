/** One request to a provider, as events. Nothing is buffered and no redirect is followed. */
import type { IncomingHttpHeaders } from 'node:http'
import type { Dispatcher } from 'undici'

export interface UpstreamRequest {
  readonly agent: Dispatcher
  readonly origin: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Buffer
  /** How long until the head of the answer may take, in ms. */
  readonly headMs: number
  /** How long the answer may pause, in ms. */
  readonly idleMs: number
}

export interface UpstreamListener {
  onHead(status: number, headers: IncomingHttpHeaders): void
  onData(chunk: Buffer): void
  onEnd(): void
  /** @param wasSent whether a byte of the request may have reached the provider */
  onError(error: Error, wasSent: boolean): void
}

export class Exchange {
  #controller: Dispatcher.DispatchController | undefined
  #abortedWith: Error | undefined

  /** Whether the request began to be written: before that, the provider can't know of it. */
  get wasSent(): boolean {
    return this.#controller !== undefined
  }

  start(request: UpstreamRequest, listener: UpstreamListener): void {
    const { agent, origin, path, headers, body, headMs, idleMs } = request
    agent.dispatch(
      {
        origin,
        path,
        method: 'POST',
        headers,
        body,
        headersTimeout: headMs,
        bodyTimeout: idleMs,
      },
      {
        onRequestStart: (controller) => {
          if (this.#abortedWith) return controller.abort(this.#abortedWith)
          this.#controller = controller
        },
        onResponseStart: (_controller, status, responseHeaders) => {
          if (status >= 200) listener.onHead(status, responseHeaders)
        },
        onResponseData: (_controller, chunk) => listener.onData(chunk),
        onResponseEnd: () => listener.onEnd(),
        onResponseError: (_controller, error) => listener.onError(error, this.wasSent),
      },
    )
  }

  /** Ends the exchange; `onError` is called with this error. May be called at any time. */
  abort(error: Error): void {
    this.#abortedWith = error
    this.#controller?.abort(error)
  }

  pause(): void {
    this.#controller?.pause()
  }

  resume(): void {
    this.#controller?.resume()
  }
}
