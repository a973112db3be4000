/** Where the gateway reports; any pino logger fits. Never a key, a prompt or an answer. */
export interface GatewayLog {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}
