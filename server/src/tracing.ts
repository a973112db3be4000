/**
 * Traces by OpenTelemetry's own libraries, sent as OTLP over HTTP. Off unless OTEL_EXPORTER_OTLP_ENDPOINT
 * (or …_TRACES_ENDPOINT) is set, and then not even loaded. The exporter reads its own variables, as every
 * OpenTelemetry program does; what is sent of a call is listed in docs/guides/operate-the-gateway.md.
 */
import {
  createTraceState,
  isSpanContextValid,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources'
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace'
import type { GatewayCall } from './gateway/call/call.ts'
import type { AttemptAbout, AttemptSpan, Tracing } from './gateway/telemetry/tracing.ts'

/** An attribute is cut here: models are named by people. */
const attributeCharsMax = 256
const attributesMax = 32
const sendEveryMsDefault = 5_000
const parentPattern = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/

/** @param env where the variables of OpenTelemetry are */
export function openTracing(env: NodeJS.ProcessEnv, version: string): Tracing {
  const sendEveryMs = Number(env.OTEL_BSP_SCHEDULE_DELAY ?? sendEveryMsDefault)
  const processor = new BatchSpanProcessor({
    exporter: new OTLPTraceExporter(),
    scheduledDelayMillis: sendEveryMs,
  })
  const service = {
    'service.name': env.OTEL_SERVICE_NAME ?? 'commonhold-gateway',
    'service.version': version,
  }
  const provider = new TracerProvider({
    resource: defaultResource().merge(resourceFromAttributes(service)),
    sampler: samplerOf(env),
    spanLimits: {
      attributeValueLengthLimit: attributeCharsMax,
      attributeCountLimit: attributesMax,
    },
    spanProcessors: [processor],
  })
  return new OtelTracing(provider.getTracer('commonhold', version), () => provider.shutdown())
}

/** Whoever calls with a decision of its own keeps it; for others the share in OTEL_TRACES_SAMPLER_ARG. */
function samplerOf(env: NodeJS.ProcessEnv): ParentBasedSampler {
  const ratio = Number(env.OTEL_TRACES_SAMPLER_ARG ?? 1)
  return new ParentBasedSampler({
    root: new TraceIdRatioBasedSampler(Number.isFinite(ratio) ? ratio : 1),
  })
}

class OtelTracing implements Tracing {
  readonly stop: () => Promise<void>
  readonly #tracer: Tracer
  /** By request, since a call may be seen through wrappers. */
  readonly #spans = new Map<string, Span>()

  constructor(tracer: Tracer, stop: () => Promise<void>) {
    this.#tracer = tracer
    this.stop = stop
  }

  begin(call: GatewayCall, route: string): void {
    const parent = parentOf(call)
    const context = parent ? trace.setSpanContext(ROOT_CONTEXT, parent) : ROOT_CONTEXT
    const attributes = {
      'http.request.method': call.method,
      'http.route': route,
      'commonhold.request_id': call.requestId,
    }
    const name = `${call.method} ${route}`
    const span = this.#tracer.startSpan(name, { kind: SpanKind.SERVER, attributes }, context)
    this.#spans.set(call.requestId, span)
  }

  end(call: GatewayCall, outcome: string): void {
    const span = this.#spans.get(call.requestId)
    if (!span) return
    this.#spans.delete(call.requestId)
    if (outcome !== 'ok') {
      span.setAttribute('error.type', outcome)
      span.setStatus({ code: SpanStatusCode.ERROR })
    }
    span.end()
  }

  attempt(call: GatewayCall, about: AttemptAbout): AttemptSpan | null {
    const parent = this.#spans.get(call.requestId)
    if (!parent) return null
    const { operation, provider, upstreamModel, origin, attempt } = about
    const url = new URL(origin)
    const attributes = {
      'gen_ai.operation.name': operation,
      'gen_ai.provider.name': provider,
      'gen_ai.request.model': upstreamModel,
      'server.address': url.hostname,
      'server.port': Number(url.port) || (url.protocol === 'http:' ? 80 : 443),
      'commonhold.attempt': attempt,
    }
    const name = `${operation} ${upstreamModel}`.slice(0, attributeCharsMax)
    const context = trace.setSpan(ROOT_CONTEXT, parent)
    const span = this.#tracer.startSpan(name, { kind: SpanKind.CLIENT, attributes }, context)
    return {
      headers: headersOf(span.spanContext()),
      end: (result, failure) => {
        span.setAttributes({
          'gen_ai.usage.input_tokens': result.inputTokens,
          'gen_ai.usage.output_tokens': result.outputTokens,
          'commonhold.usage.status': result.status,
        })
        if (failure !== null) {
          span.setAttribute('error.type', failure)
          span.setStatus({ code: SpanStatusCode.ERROR })
        }
        span.end()
      },
    }
  }
}

/** W3C Trace Context, level 1. What is malformed is as good as absent. */
function parentOf(call: GatewayCall): SpanContext | null {
  const [, traceId, spanId, flags] = parentPattern.exec(call.header('traceparent') ?? '') ?? []
  if (traceId === undefined || spanId === undefined || flags === undefined) return null
  const state = call.header('tracestate')
  const context: SpanContext = {
    traceId,
    spanId,
    traceFlags: Number.parseInt(flags, 16),
    isRemote: true,
    ...(state === null ? {} : { traceState: createTraceState(state) }),
  }
  return isSpanContextValid(context) ? context : null
}

function headersOf({ traceId, spanId, traceFlags, traceState }: SpanContext) {
  const flags = traceFlags.toString(16).padStart(2, '0')
  const state = traceState?.serialize() ?? ''
  return {
    traceparent: `00-${traceId}-${spanId}-${flags}`,
    ...(state === '' ? {} : { tracestate: state }),
  }
}
