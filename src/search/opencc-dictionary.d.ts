/** The traditional → simplified character table inside opencc-js, without its phrases: `traditional simplified|…`. */
declare module 'opencc-js/dict/TSCharacters' {
  const pairs: string;
  export default pairs;
}
