/**
 * Strings at the edges. Inside the kernel a path, a name or an argument is a *binary string*: one character a byte,
 * because Linux's names are bytes. JavaScript strings of the host become UTF-8 on the way in.
 */

/** Bytes to a binary string. */
export function binaryString(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return text;
}

/** A binary string to bytes; characters above 0xFF lose their high byte. */
export function binaryBytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

const encoder = new TextEncoder();

/** A JavaScript string to UTF-8; a lone surrogate becomes U+FFFD. */
export function utf8Bytes(text: string): Uint8Array {
  return encoder.encode(text);
}

/** A JavaScript string to the binary string of its UTF-8. */
export function utf8String(text: string): string {
  return binaryString(utf8Bytes(text));
}
