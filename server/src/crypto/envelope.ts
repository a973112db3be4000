/**
 * Envelope encryption: each tenant has a data key, wrapped by the master key. What is encrypted is
 * bound to its place (`context`), so a ciphertext moved to another row or tenant does not open.
 * Destroying the wrapped key destroys every secret of the tenant.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { deriveKey, keyBytes, keyId } from './key-derivation.ts'

const algorithm = 'aes-256-gcm'
const nonceBytes = 12
const tagBytes = 16

/** A tenant's data key. Never leaves the process, and has no readable form. */
export class TenantKey {
  readonly #key: Buffer
  constructor(key: Buffer) {
    this.#key = key
  }

  /** @param context where the value stands, such as `secret_value/<id>/apiKey` */
  encrypt(plaintext: string, context: string): Buffer {
    return seal(this.#key, Buffer.from(plaintext, 'utf8'), context)
  }

  /** @throws when the value was not encrypted with this key for this place */
  decrypt(ciphertext: Buffer, context: string): string {
    return open(this.#key, ciphertext, context).toString('utf8')
  }

  toJSON(): string {
    return '[secret]'
  }
}

export interface Vault {
  /** Which master key wraps now; stored with each wrapped key. */
  readonly masterKeyId: string
  newTenantKey(tenantId: string): { wrapped: Buffer; key: TenantKey }
  /** @throws when another master key wrapped it */
  openTenantKey(tenantId: string, wrapped: Buffer): TenantKey
  /** For what a process keeps on its own disk. */
  readonly disk: DiskKey
}

/** Seals pieces of files, under a key that is for nothing else. */
export interface DiskKey {
  /** Names the key without telling it. */
  readonly keyId: string
  /** @param context which piece of which file, so that none can stand in another's place */
  seal(plaintext: Buffer, context: string): Buffer
  /** @throws when it was damaged, or sealed with another key or for another place */
  open(sealed: Buffer, context: string): Buffer
}

export function createVault(masterKey: Buffer): Vault {
  const wrapping = deriveKey(masterKey, 'tenant-key-wrapping')
  const context = (tenantId: string) => `tenant_key/${tenantId}`
  const disk = deriveKey(masterKey, 'disk')
  return {
    masterKeyId: keyId(wrapping),
    newTenantKey(tenantId) {
      const key = randomBytes(keyBytes)
      return { wrapped: seal(wrapping, key, context(tenantId)), key: new TenantKey(key) }
    },
    openTenantKey(tenantId, wrapped) {
      return new TenantKey(open(wrapping, wrapped, context(tenantId)))
    },
    disk: {
      keyId: keyId(disk),
      seal: (plaintext, place) => seal(disk, plaintext, place),
      open: (sealed, place) => open(disk, sealed, place),
    },
  }
}

/** nonce ‖ tag ‖ ciphertext */
function seal(key: Buffer, plaintext: Buffer, context: string): Buffer {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv(algorithm, key, nonce).setAAD(Buffer.from(context))
  const body = Buffer.concat([cipher.update(plaintext), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), body])
}

function open(key: Buffer, sealed: Buffer, context: string): Buffer {
  const nonce = sealed.subarray(0, nonceBytes)
  const decipher = createDecipheriv(algorithm, key, nonce, { authTagLength: tagBytes })
  decipher.setAAD(Buffer.from(context))
  decipher.setAuthTag(sealed.subarray(nonceBytes, nonceBytes + tagBytes))
  return Buffer.concat([decipher.update(sealed.subarray(nonceBytes + tagBytes)), decipher.final()])
}
