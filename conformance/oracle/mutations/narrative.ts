/** Narratives that are unsafe, broken or empty. Source: R4 narrative.html */
import { isHolder, type Place } from '../places.js';
import { atPlace, type Mutation } from './mutation.js';

const open = '<div xmlns="http://www.w3.org/1999/xhtml">';
const isNarrative = ({ property, value }: Place) => property.type === 'Narrative' && isHolder(value);

const divs: readonly string[] = [
  `${open}<p>fine</p></div>`,
  `${open}<script>alert(1)</script></div>`,
  `${open}<p>unclosed</div>`,
  `${open}<p onclick="x()">a</p></div>`,
  `${open}<a href="javascript:x()">a</a></div>`,
  `${open}<iframe src="http://a.cn"/></div>`,
  `${open}<form><input/></form></div>`,
  `${open}<p>a</p></div><div/>`,
  `${open} </div>`,
  `${open}</div>`,
  `${open}<img src="a.png" alt="a"/></div>`,
  `${open}&nbsp;</div>`,
  `${open}<p>a &foo; b</p></div>`,
  `${open}<p>a & b</p></div>`,
  `${open}<p style="color: red" class="a" title="t">a</p></div>`,
  `${open}<table><tr><td colspan="2">a</td></tr></table></div>`,
  `${open}<p foo="a">a</p></div>`,
  `${open}<font color="red">a</font></div>`,
  `${open}<blink>a</blink></div>`,
  `${open}<!-- a --></div>`,
  `${open}<p>a</P></div>`,
  `${open}<a name="a">a</a><a href="#b">b</a></div>`,
  '<div>without namespace</div>',
  '<div xmlns="http://a.cn">wrong namespace</div>',
  `<p xmlns="http://www.w3.org/1999/xhtml">no div</p>`,
  'only text',
  `<!DOCTYPE html>${open}a</div>`,
  '',
];

const otherDiv = atPlace('narrative/div', isNarrative, ({ value }, random) => {
  const div = random.choose(divs);
  if (!isHolder(value) || div === undefined) return undefined;
  value.div = div;
  return `becomes ${div}`;
});

export const narrativeMutations: readonly Mutation[] = [
  // Most that can be wrong with a narrative is wrong with its text.
  otherDiv,
  otherDiv,
  atPlace('narrative/status', isNarrative, ({ value }, random) => {
    const status = random.choose(['empty', 'made', 'additional', '']);
    if (!isHolder(value) || status === undefined) return undefined;
    value.status = status;
    return `status ${status}`;
  }),
  atPlace('narrative/part', isNarrative, ({ value }, random) => {
    const key = random.choose(['status', 'div']);
    if (!isHolder(value) || key === undefined) return undefined;
    delete value[key];
    return `without ${key}`;
  }),
];
