/** Text that XML can carry, and so FHIR. Source: XML 1.0 §2.2, R4 datatypes.html#string */

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for
const control = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;

/** No control characters but TAB, CR and LF, and neither U+FFFE nor U+FFFF. */
export function isPlainText(text: string): boolean {
  return !control.test(text);
}
