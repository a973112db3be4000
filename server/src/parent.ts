/**
 * Ends with whoever started us.
 *
 * `npm start` opens a channel to the server; when it closes, that process is gone, however it ended.
 * A server that was started in another way has no channel and is not concerned.
 */

/**
 * Calls `stop` once when the process that started this one is gone.
 * @param stop the same orderly stop that a SIGTERM asks for
 */
export function whenParentIsGone(stop: () => void): void {
  if (process.channel === undefined) return
  process.once('disconnect', stop)
  // Listening must not be what keeps this process alive.
  process.channel?.unref()
}
