/** How many bytes a base64 text stands for. Source: R4 datatypes.html#base64Binary */

/** White space and padding do not count. */
export function byteLength(text: string): number {
  let characters = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 0x20 && code !== 0x3d) characters++;
  }
  return Math.floor((characters * 3) / 4);
}
