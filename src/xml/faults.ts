/** What can be wrong with FHIR's XML, each as an error with line, column and the FHIRPath of the element. Source: R4 xml.html */
import { message } from '../model/message.js';
import { FhirError, type IssueCode } from '../model/outcome.js';
import type { Frame } from './frame.js';
import { MAX_DEPTH } from './frame.js';
import type { Part, Shape } from './shape.js';
import { inChinese } from './syntax-words.js';

export class Faults {
  constructor(
    private readonly text: string,
    private readonly frames: readonly Frame[],
    private readonly position: () => number,
  ) {}

  /** The place of the fault before: the next one is counted from there, because there may be many in a long text. */
  private known = { at: 0, line: 1, start: 0 };

  syntax(found: string): FhirError {
    const at = Math.max(0, this.position() - 1);
    const entity = /&([A-Za-z][A-Za-z0-9]*);$/.exec(this.text.slice(Math.max(0, at - 40), at + 1))?.[1];
    if (entity !== undefined && found.startsWith('undefined entity')) return this.entity(entity, at - entity.length - 1);
    const sentence = found.replace(/\.$/, '');
    return this.fault('xml-syntax', `The XML is broken: ${sentence}`, `XML 有误：${inChinese(sentence)}`, { at });
  }

  private entity(name: string, at: number): FhirError {
    return this.fault(
      'xml-entity',
      `&${name}; is an entity that XML does not know (it knows &lt; &gt; &amp; &quot; &apos;); the character itself or its number such as &#160; was expected`,
      `&${name}; 不是 XML 认识的实体（只有 &lt; &gt; &amp; &quot; &apos;）；应直接写该字符或其编号，如 &#160;`,
      { at },
    );
  }

  empty(): FhirError {
    return this.fault('xml-empty', 'The body is empty; a resource in XML was expected', '正文为空；应为一个 XML 资源', { at: 0 });
  }

  doctype(): FhirError {
    const at = this.text.indexOf('<!DOCTYPE');
    return this.fault('xml-doctype', 'The XML has a DOCTYPE, which FHIR does not allow', 'XML 含 DOCTYPE，FHIR 不允许', { at });
  }

  encoding(found: string): FhirError {
    const en = `The XML declares the encoding ${found}; FHIR is exchanged in UTF-8`;
    return this.fault('xml-encoding', en, `XML 声明的编码为 ${found}；FHIR 须用 UTF-8`, { at: 0 });
  }

  otherEnd(expected: string, found: string): FhirError {
    return this.fault('xml-end-tag', `</${found}> stands where </${expected}> was expected`, `应为 </${expected}>，实为 </${found}>`);
  }

  /** Text is told of when the next tag has begun, a CDATA section at its end. */
  content(found: string): FhirError {
    const behind = this.position() - 1;
    const start = this.text.charAt(behind) === '<' ? this.text.lastIndexOf('>', behind) + 1 : this.text.lastIndexOf('<', behind);
    const shown = found.trim().slice(0, 40);
    return this.fault(
      'xml-text',
      `The text "${shown}" stands where only elements may stand; values are in the attribute "value"`,
      `文本“${shown}”所在之处只能有元素；值应写在 value 属性中`,
      { at: start },
    );
  }

  namespace(name: string, found: string, expected: string): FhirError {
    const is = found === '' ? ['in no namespace', '不属于任何命名空间'] : [`in the namespace ${found}`, `属于命名空间 ${found}`];
    return this.fault(
      'xml-namespace',
      `<${name}> is ${is[0]}; xmlns="${expected}" was expected`,
      `<${name}> ${is[1]}；应为 xmlns="${expected}"`,
    );
  }

  unknownResource(name: string): FhirError {
    return this.fault('xml-unknown-type', `<${name}> is no resource of R4`, `<${name}> 不是 R4 的资源`, { expression: this.path() });
  }

  secondResource(name: string): FhirError {
    return this.fault(
      'xml-second-resource',
      `<${name}> is a second resource where one may stand`,
      `<${name}> 是第二个资源；此处只能有一个`,
      { expression: this.path() },
    );
  }

  unknownElement(name: string, part: Part | undefined, { type }: Shape): FhirError {
    if (part === undefined) {
      const shown = shortened(name);
      return this.fault('unknown-element', `${type} has no element "${shown}"`, `${type} 没有元素“${shown}”`);
    }
    const expression = `${this.path()}.${name}`;
    const en = `<${name}> is an element; in ${type} it is an attribute: ${name}="…"`;
    return this.fault('xml-attribute-expected', en, `<${name}> 写成了元素；在 ${type} 中应为属性：${name}="…"`, { expression });
  }

  unknownAttribute(name: string, { type }: Shape): FhirError {
    const shown = shortened(name);
    const en = `<${this.name()}> (${type}) has no attribute "${shown}"`;
    return this.fault('xml-unknown-attribute', en, `<${this.name()}>（${type}）没有属性“${shown}”`);
  }

  emptyAttribute(name: string): FhirError {
    const en = `The attribute "${name}" of <${this.name()}> is empty; it has a value or is left out`;
    return this.fault('xml-empty-attribute', en, `<${this.name()}> 的属性“${name}”为空；应有值或省略`);
  }

  emptyElement(name: string): FhirError {
    return this.fault(
      'xml-empty-element',
      `<${name}> is empty; a value, a child or an extension was expected`,
      `<${name}> 为空；应有值、子元素或扩展`,
    );
  }

  outOfOrder(part: Part, parent: Frame): FhirError {
    const { type } = parent.shape;
    const before = lastIn(parent);
    return this.fault(
      'xml-order',
      `<${part.name}> stands after <${before}>; in ${type} it must stand before it`,
      `<${part.name}> 在 <${before}> 之后；在 ${type} 中应在其之前`,
      { expression: this.path() + stepTo(part, countIn(parent, part)) },
    );
  }

  apart(part: Part, parent: Frame): FhirError {
    const before = lastIn(parent);
    const { name } = part;
    return this.fault(
      'xml-order',
      `<${name}> stands after <${before}>, apart from the <${name}> before it; elements of one name stand together`,
      `<${name}> 在 <${before}> 之后，与之前的 <${name}> 分开；同名元素应相邻`,
      { expression: this.path() + stepTo(part, countIn(parent, part)) },
    );
  }

  twice(part: Part): FhirError {
    const en = `<${part.name}> stands twice; it may stand once`;
    return this.fault('xml-twice', en, `<${part.name}> 出现两次；只能出现一次`, { expression: this.path() + stepTo(part, 0) });
  }

  tooDeep(): FhirError {
    return this.fault('xml-too-deep', `The XML is nested more than ${MAX_DEPTH} levels deep`, `XML 嵌套超过 ${MAX_DEPTH} 层`);
  }

  tooManyAttributes(most: number): FhirError {
    const at = Math.max(0, this.position() - 1);
    return this.fault('xml-attributes', `A tag has more than ${most} attributes`, `一个标签的属性超过 ${most} 个`, { at });
  }

  tooMany(most: number): FhirError {
    return this.fault(
      'xml-too-many-faults',
      `More than ${most} things are wrong with the XML; the rest was not read`,
      `XML 的错误超过 ${most} 处；其余部分未读取`,
      { expression: '' },
    );
  }

  private name(): string {
    const frame = this.frames.at(-1);
    return frame?.part?.name ?? frame?.shape.type ?? '';
  }

  /** FHIRPath of the innermost open element. */
  private path(): string {
    let path = '';
    for (const { part, shape, index } of this.frames) {
      if (part === undefined) path ||= shape.type;
      else path += stepTo(part, index);
    }
    return path;
  }

  /** Without a place it is the tag read last, without an expression the innermost open element. */
  private fault(id: string, en: string, zh: string, options: { readonly at?: number; readonly expression?: string } = {}): FhirError {
    const at = options.at ?? this.text.lastIndexOf('<', this.position() - 1);
    const { line, start } = this.lineOf(Math.max(0, at));
    const column = Math.max(0, at) - start + 1;
    const expression = options.expression ?? this.path();
    const code: IssueCode = 'structure';
    const issue = { severity: 'error', code, message: message(id, en, zh), line, column } as const;
    return new FhirError([expression === '' ? issue : { ...issue, expression }]);
  }
  private lineOf(at: number): { readonly line: number; readonly start: number } {
    let { line, start } = at < this.known.at ? { line: 1, start: 0 } : this.known;
    const from = at < this.known.at ? 0 : this.known.at;
    for (let end = this.text.indexOf('\n', from); end >= 0 && end < at; end = this.text.indexOf('\n', start)) {
      line++;
      start = end + 1;
    }
    this.known = { at, line, start };
    return this.known;
  }
}

function stepTo(part: Part, index: number): string {
  return `.${part.choice ? `${part.element}.ofType(${part.type})` : part.element}${part.many ? `[${index}]` : ''}`;
}

/** The name of the child that was read last. */
function lastIn({ shape, place }: Frame): string {
  return [...shape.byName.values()].find((one) => one.place === place)?.name ?? '';
}

function countIn({ object }: Frame, { name, siblingKey }: Part): number {
  const before = object[name] ?? object[siblingKey];
  return Array.isArray(before) ? before.length : 0;
}

function shortened(name: string): string {
  return name.length > 64 ? `${name.slice(0, 64)}…` : name;
}
