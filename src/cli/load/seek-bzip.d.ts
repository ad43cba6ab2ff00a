/** A CommonJS module: its functions stand on the default export. */
declare module 'seek-bzip' {
  const bzip: {
    /** The whole of a bzip2 file, decompressed. Throws TypeError when it is broken. */
    decode(input: Buffer): Buffer;
  };
  export default bzip;
}
