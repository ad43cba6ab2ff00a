declare module 'seek-bzip' {
  /** The whole of a bzip2 file, decompressed. Throws TypeError when it is broken. */
  export function decode(input: Buffer): Buffer;
}
