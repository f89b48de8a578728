const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** The bytes of a well-formed base64 text (RFC 4648, with padding). */
export function decodeBase64(text: string): Uint8Array {
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  let bits = 0;
  for (let i = 0; i < text.length - padding; i++) {
    bits = (bits << 6) | DIGITS.indexOf(text[i]!);
    if (i % 4 > 0) bytes[(i >> 2) * 3 + (i % 4) - 1] = bits >> (6 - 2 * (i % 4));
  }
  return bytes;
}
