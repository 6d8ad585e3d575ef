/**
 * A WebSocket text frame, built once for all its readers: a server's frames are not masked (RFC 6455 §5.1), so the very
 * same bytes go to every client.
 */
const FINAL_TEXT = 0x81;
/** RFC 6455 §5.2: a length up to 125 fits the second byte; 126 and 127 announce two and eight bytes of length. */
const LENGTH_IN_BYTE_MAX = 125;
const LENGTH_IN_TWO_BYTES_MAX = 65_535;

export function textFrame(text: string): Buffer {
  const bytes = Buffer.byteLength(text);
  if (bytes <= LENGTH_IN_BYTE_MAX) {
    const frame = Buffer.allocUnsafe(2 + bytes);
    frame[0] = FINAL_TEXT;
    frame[1] = bytes;
    frame.write(text, 2);
    return frame;
  }
  if (bytes <= LENGTH_IN_TWO_BYTES_MAX) {
    const frame = Buffer.allocUnsafe(4 + bytes);
    frame[0] = FINAL_TEXT;
    frame[1] = 126;
    frame.writeUInt16BE(bytes, 2);
    frame.write(text, 4);
    return frame;
  }
  const frame = Buffer.allocUnsafe(10 + bytes);
  frame[0] = FINAL_TEXT;
  frame[1] = 127;
  frame.writeBigUInt64BE(BigInt(bytes), 2);
  frame.write(text, 10);
  return frame;
}
