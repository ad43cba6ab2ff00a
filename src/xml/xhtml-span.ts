/**
 * The text of a narrative's div while it is read. JSON has it as it stands in the XML, to the character; only prefixes of names are
 * taken off, and the namespace is declared where the div had it from outside. Source: R4 narrative.html#xhtml, json.html#xhtml
 */
import type { SaxesTagNS } from 'saxes';
import { xhtmlNamespace } from './shape.js';

export class XhtmlSpan {
  /** Open elements, the div included. */
  depth = 1;
  private readonly start: number;
  private readonly declared: boolean;
  /** Where prefixes stand, with their colons. */
  private readonly cuts: { readonly from: number; readonly to: number }[] = [];
  private end: number;

  /** `position`: just behind the div's start tag. */
  constructor(
    private readonly text: string,
    div: SaxesTagNS,
    position: number,
  ) {
    this.end = position;
    this.start = this.cutPrefix(div, '<', position);
    this.declared = div.attributes.xmlns !== undefined;
  }

  open(tag: SaxesTagNS, position: number): void {
    this.depth++;
    if (tag.prefix !== '') this.cutPrefix(tag, '<', position);
  }

  /** True when it was the div that ended. */
  close(tag: SaxesTagNS, position: number): boolean {
    this.depth--;
    this.end = position;
    if (tag.prefix !== '' && !tag.isSelfClosing) this.cutPrefix(tag, '</', position);
    return this.depth === 0;
  }

  content(): string {
    let content = '';
    let at = this.start;
    for (const { from, to } of this.cuts) {
      content += this.text.slice(at, from);
      at = to;
    }
    content += this.text.slice(at, this.end);
    return this.declared ? content : `<div xmlns="${xhtmlNamespace}"${content.slice('<div'.length)}`;
  }

  /** No "<" can stand in a tag, so the last one begins it. */
  private cutPrefix({ prefix }: SaxesTagNS, opening: string, position: number): number {
    const start = this.text.lastIndexOf(opening, position - 1);
    const from = start + opening.length;
    if (prefix !== '') this.cuts.push({ from, to: from + prefix.length + 1 });
    return start;
  }
}
