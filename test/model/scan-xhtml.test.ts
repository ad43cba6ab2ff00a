import { describe, expect, test } from '@jest/globals';
import { scanXhtml } from '../../src/model/scan-xhtml.js';

function div(inside: string): string {
  return `<div xmlns="http://www.w3.org/1999/xhtml">${inside}</div>`;
}

describe('Narrative may use the basic formatting elements of HTML', () => {
  test.each([
    ['text', div('王小明')],
    ['tables', div('<table class="grid"><tr><td colspan="2">a</td></tr></table>')],
    ['an image without text', div('<img src="#image" alt=""/>')],
    ['comments', div('<!-- a <b> --> b')],
    ['XML entities and numeric ones', div('&lt;&amp;&#160;&#x4e2d;')],
    ['single quotes', "<div xmlns='http://www.w3.org/1999/xhtml' lang='zh'>a</div>"],
    ['space around the div', ` ${div('a')}\n`],
    ['links', div('<a href="http://a.cn?x=1&amp;y=2">a</a>')],
    ['spaces in tags', div('<br /><p >a</p >')],
    ['what only looks like the end of a CDATA section', div('a]] >b]]<p title="]]>">]></p>')],
  ])('%s', (_what, text) => {
    expect(scanXhtml(text)).toMatchObject({ fault: undefined, hasContent: true });
  });
});

describe('Narrative may not run anything or be broken', () => {
  test.each([
    ['a style sheet', div('<style>x</style>'), 'the element <style> is not allowed'],
    ['a frame', div('<iframe src="x"></iframe>'), 'the element <iframe> is not allowed'],
    ['an element in capitals', div('<P>x</P>'), 'the element <P> is not allowed'],
    ['a link that runs a script', div('<a href=" JaVaScript:x">x</a>'), 'the attribute href of <a> would run a script'],
    ['a link hidden by entities', div('<a href="&#106;avascript:x">x</a>'), 'the attribute href of <a> would run a script'],
    ['HTML as data', div('<img src="data:text/html;base64,x"/>'), 'the attribute src of <img> would run a script'],
    ['an attribute twice', div('<p id="a" id="b">x</p>'), 'the attribute id of <p> stands twice'],
    ['a CDATA section', div('<![CDATA[x]]>'), 'declarations and processing instructions are not allowed'],
    ['a control character', div('a\u0001'), 'a control character is not allowed'],
    ['a character that XML has not', div('a\uffff'), 'a control character is not allowed'],
    ['the number of such a character', div('&#1;'), '&#1; is no entity of XML; write the character itself'],
    ['the number of half a character', div('<p title="&#xD800;">x</p>'), '&#xD800; is no entity of XML; write the character itself'],
    ['the number of none', div('&#x110000;'), '&#x110000; is no entity of XML; write the character itself'],
    ['the end of a CDATA section', div('a ]]> b'), '"]]>" is not allowed in text'],
    ['two hyphens in a comment', div('<!-- a -- b -->x'), 'a comment holds "--"'],
    ['attributes without space between', div('<p id="a"class="b">x</p>'), 'the tag <p> is broken'],
    ['an element that does not end', div('<b>x'), '</div> stands where </b> was expected'],
    ['a text that ends in a tag', '<div xmlns="http://www.w3.org/1999/xhtml"><p', 'the tag <p> is broken'],
    ['another namespace', '<div xmlns="http://a.cn">x</div>', 'xmlns must be http://www.w3.org/1999/xhtml'],
  ])('%s', (_what, text, fault) => {
    expect(scanXhtml(text).fault?.en).toBe(fault);
  });

  test('or nest so deep that it costs memory', () => {
    expect(scanXhtml(div('<b>'.repeat(100_000))).fault?.en).toBe('more than 100 elements in one another');
  });
});

describe('Local links', () => {
  test('that lead to an id or a name in the text are nothing to speak of', () => {
    expect(scanXhtml(div('<a href="#b">1</a><a href="#c">2</a><p id="b">x</p><a name="c">y</a>')).leadingOut).toEqual([]);
  });

  test('that lead elsewhere are told', () => {
    expect(scanXhtml(div('<a href="#b">1</a><img src="#c" alt="c"/><p idref="d">x</p>')).leadingOut).toEqual(['b', 'c', 'd']);
  });
});

test('A narrative of a million ampersands is read in one pass', () => {
  const start = performance.now();
  expect(scanXhtml(div('&amp;'.repeat(1_000_000))).fault).toBeUndefined();
  expect(scanXhtml(div(`<p title="${'&'.repeat(1_000_000)}">x</p>`)).fault?.en).toContain('is no entity of XML');
  expect(performance.now() - start).toBeLessThan(20_000);
});

test('Space after the div changes nothing, whichever way a narrative is read', () => {
  const pieces = [
    '<b>',
    '</b>',
    '<table>',
    '</table>',
    '<br/>',
    '<br />',
    '<x>',
    '<p id="a">',
    '</p>',
    'a',
    ' ',
    '\u00a0',
    '&',
    ']',
    '<',
    '>',
    '/',
    '\u0001',
  ];
  let state = 7;
  const next = (below: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % below;
  };
  const insides = Array.from({ length: 4000 }, (_, round) =>
    Array.from({ length: next(6) }, () => pieces[next(round % 2 === 0 ? pieces.length : 12)]).join(''),
  );
  expect(insides.map((inside) => scanXhtml(div(inside)))).toEqual(insides.map((inside) => scanXhtml(`${div(inside)} `)));
  expect(insides.filter((inside) => scanXhtml(div(inside)).fault === undefined && inside.includes('a')).length).toBeGreaterThan(100);
});
