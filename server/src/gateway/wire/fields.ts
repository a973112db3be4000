/**
 * Reads an object of a request field by field, and knows in the end which were not read: those can't
 * be translated, and the caller is told instead of losing them.
 */
import { isObject, type JsonObject } from '../admission/json-body.ts'
import { Failure } from '../call/failure.ts'

/** The request is wrong in its own format. */
export function wrongField(param: string, message: string): Failure {
  return new Failure('invalid_request', message, { param, shouldRetry: false })
}

/** The request is right, and the provider behind the model has no way to do it. */
export function untranslatable(param: string, what: string): Failure {
  const message =
    `${what} can not be translated to the format of the provider that serves this model. ` +
    `Leave it out, or choose a model whose provider has it.`
  return new Failure('invalid_request', message, { param, shouldRetry: false })
}

export class Fields {
  readonly #value: JsonObject
  readonly #at: string
  readonly #left: Set<string>

  /** @param at where the object stands in the request, such as `messages.3` */
  constructor(value: unknown, at = '') {
    if (!isObject(value)) throw wrongField(at, `'${at}' must be an object.`)
    this.#value = value
    this.#at = at
    this.#left = new Set(Object.keys(value))
  }

  param(name: string): string {
    return this.#at === '' ? name : `${this.#at}.${name}`
  }

  /** Undefined where it is absent or null. */
  any(name: string): unknown {
    this.#left.delete(name)
    return this.#value[name] ?? undefined
  }

  text(name: string): string | null {
    return this.#typed(name, 'a text', (value) => typeof value === 'string') as string | null
  }

  number(name: string): number | null {
    return this.#typed(name, 'a number', (value) => typeof value === 'number') as number | null
  }

  flag(name: string): boolean | null {
    return this.#typed(name, 'true or false', (v) => typeof v === 'boolean') as boolean | null
  }

  object(name: string): JsonObject | null {
    return this.#typed(name, 'an object', isObject) as JsonObject | null
  }

  list(name: string): readonly unknown[] | null {
    return this.#typed(name, 'a list', Array.isArray) as unknown[] | null
  }

  /** @throws Failure where the field is absent */
  required<T>(name: string, value: T | null): T {
    if (value === null) throw wrongField(this.param(name), `'${this.param(name)}' is missing.`)
    return value
  }

  /** Fields that mean nothing where they say no more than the default. */
  only(name: string, ...defaults: readonly unknown[]): void {
    const value = this.any(name)
    if (value === undefined || defaults.includes(value)) return
    throw untranslatable(this.param(name), `'${this.param(name)}'`)
  }

  /** @param ignored hints, which may go unheard by their own definition */
  end(ignored: readonly string[] = []): void {
    for (const name of ignored) this.#left.delete(name)
    for (const name of this.#left) {
      if (this.#value[name] === null || this.#value[name] === undefined) continue
      throw untranslatable(this.param(name), `'${this.param(name)}'`)
    }
  }

  #typed(name: string, wanted: string, isRight: (value: unknown) => boolean): unknown {
    const value = this.any(name)
    if (value === undefined) return null
    if (isRight(value)) return value
    throw wrongField(this.param(name), `'${this.param(name)}' must be ${wanted}.`)
  }
}

/** `data:image/png;base64,…` as its two parts, or null where it is another URL. */
export function dataUrl(url: string): { mediaType: string; data: string } | null {
  const match = /^data:([\w.+-]+\/[\w.+-]+)(?:;[\w=.-]+)*;base64,/.exec(url)
  return match ? { mediaType: match[1]!, data: url.slice(match[0].length) } : null
}
