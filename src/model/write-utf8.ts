/** Many short texts put into one Buffer: the call into the runtime for each would take longer than the writing. Source: RFC 3629 */

/** There must be room for three bytes for each UTF-16 unit. Gives the end of what was written. */
export function writeUtf8(bytes: Buffer, text: string, from: number): number {
  let at = from;
  for (let unit = 0; unit < text.length; unit++) {
    const code = text.charCodeAt(unit);
    if (code < 0x80) bytes[at++] = code;
    else if (code < 0x800) {
      bytes[at++] = 0xc0 | (code >> 6);
      bytes[at++] = 0x80 | (code & 0x3f);
    } else if (code >= 0xd800 && code < 0xe000) return from + bytes.write(text, from);
    else {
      bytes[at++] = 0xe0 | (code >> 12);
      bytes[at++] = 0x80 | ((code >> 6) & 0x3f);
      bytes[at++] = 0x80 | (code & 0x3f);
    }
  }
  return at;
}
