/** What the XML library finds wrong with the XML itself, in Chinese; it speaks English only. */
const words: readonly (readonly [RegExp, string])[] = [
  [/^unclosed tag: (.*)/, '元素 <$1> 没有结束'],
  [/^unmatched closing tag: (.*)/, '结束标签 </$1> 没有对应的开始标签'],
  [/^unexpected close tag/, '结束标签与打开的元素不符'],
  [/^unexpected end/, '文本在标记中间结束'],
  [/^disallowed character in (?:opening |closing )?tag/, '标签中有不允许的字符'],
  [/^disallowed character in attribute name/, '属性名中有不允许的字符'],
  [/^disallowed character/, '有 XML 不允许的字符'],
  [/^malformed character entity/, '字符编号无效'],
  [/^(?:undefined|empty) entity|^disallowed character in entity/, '实体无效'],
  [/^attribute without value/, '属性没有值'],
  [/^unquoted attribute value/, '属性值没有引号'],
  [/^no whitespace between attributes/, '属性之间没有空格'],
  [/^duplicate attribute: (.*)/, '属性 $1 重复'],
  [/^unbound namespace prefix: (.*)/, '命名空间前缀 $1 没有声明'],
  [/^text data outside of root node/, '根元素之外有文本'],
  [/^documents may contain only one root/, '只能有一个根元素'],
  [/^document must contain a root element/, '没有根元素'],
];

/** The library's own words where they are none of the common ones. */
export function inChinese(sentence: string): string {
  for (const [pattern, chinese] of words) {
    const match = pattern.exec(sentence);
    if (match !== null) return chinese.replace('$1', match[1] ?? '');
  }
  return sentence;
}
