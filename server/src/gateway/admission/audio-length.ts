/**
 * How long a recording can be at most, from its bytes. A WAV file says how many bytes make a second, and
 * an MP3 has a thousand of them at least. Other formats can say very much with very little (silence,
 * above all), so there the model's own maximum is the bound, and else a day, which nobody transcribes
 * in one call.
 */
export const audioSecondsPerCallMax = 86_400
/** 8 kbit/s, the lowest rate of MPEG-2 layer III. */
const mp3BytesPerSecondMin = 1_000
/** A decoder goes by the header, whatever it says; below this nothing is speech. */
const wavBytesPerSecondMin = 1_000

/** @returns whole seconds, rounded up */
export function audioSecondsMax(bytes: Buffer, declaredMax: number | null): number {
  const bound = wavSeconds(bytes) ?? mp3Seconds(bytes) ?? audioSecondsPerCallMax
  return Math.min(bound, declaredMax ?? audioSecondsPerCallMax)
}

function wavSeconds(bytes: Buffer): number | null {
  if (bytes.toString('latin1', 0, 4) !== 'RIFF' || bytes.toString('latin1', 8, 16) !== 'WAVEfmt ') {
    return null
  }
  if (bytes.length < 44) return null
  const [format, channels] = [bytes.readUInt16LE(20), bytes.readUInt16LE(22)]
  const bytesPerSecond = bytes.readUInt32LE(28)
  const expected = bytes.readUInt32LE(24) * channels * (bytes.readUInt16LE(34) / 8)
  // Only plain PCM, of which the header's numbers agree: else a decoder could find more in it.
  const isPlain = (format === 1 || format === 3) && bytesPerSecond === expected
  if (!isPlain || bytesPerSecond < wavBytesPerSecondMin) return null
  const isOneChunk = bytes.toString('latin1', 36, 40) === 'data'
  const size = isOneChunk ? bytes.length - 44 : bytes.length
  return Math.ceil(size / bytesPerSecond)
}

function mp3Seconds(bytes: Buffer): number | null {
  const isTagged = bytes.toString('latin1', 0, 3) === 'ID3'
  const isFrame = bytes[0] === 0xff && (bytes[1]! & 0xe6) === 0xe2
  return isTagged || isFrame ? Math.ceil(bytes.length / mp3BytesPerSecondMin) : null
}
