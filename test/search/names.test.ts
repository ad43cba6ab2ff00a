import { describe, expect, test } from '@jest/globals';
import { typedPinyin } from '../../src/model/pinyin.js';
import type { Resource } from '../../src/model/resource.js';
import { type Case, describeFinding } from './finding.js';
import { faultOf, planOf, search } from './fixture.js';

const patient = (id: string, ...name: readonly object[]) => ({ resourceType: 'Patient', id, name });

const people = [
  patient('zhangsan', { family: '张', given: ['三'] }),
  patient('zhangsanfeng', { text: '张三丰' }),
  patient('zeng', { family: '曾', given: ['小贤'], text: '曾小贤' }),
  patient('ouyang', { text: '欧阳修' }),
  patient('yuchi', { family: '尉遲', given: ['恭'] }),
  patient('lv', { text: '吕布' }),
  patient('lu', { text: '卢俊义' }),
  patient('qin', { family: '覃', given: ['明'] }),
  patient('zhai', { text: '翟天' }),
  patient('shan', { family: '单', given: ['雄信'] }),
  patient('dots', { text: '买买提·艾力' }),
  patient('rare', { family: '李', given: ['𠮷'] }),
  patient('ivs', { text: '葛\u{E0100}优' }),
  patient('smith', { family: 'Smith-Jones', given: ['John', 'Q.'], prefix: ['Dr'] }),
  patient('text', { text: 'Anna Maria Øster' }),
  patient('mixed', { family: 'Wang', given: ['San'], text: 'Wang San' }, { family: '王', given: ['三'] }),
];

const cases: readonly Case[] = [
  ['Patient?name=张三', 'zhangsan zhangsanfeng'],
  ['Patient?name=張三', 'zhangsan zhangsanfeng'],
  ['Patient?name=张 三', 'zhangsan zhangsanfeng'],
  ['Patient?name=zhangsan', 'zhangsan zhangsanfeng'],
  ['Patient?name=ＺｈａｎｇＳａｎ', 'zhangsan zhangsanfeng'],
  ['Patient?name=zhang san', 'zhangsan zhangsanfeng'],
  ['Patient?name=zs', 'zhangsan zhangsanfeng'],
  ['Patient?name=zsf', 'zhangsanfeng'],
  ['Patient?name=z三', ''],
  ['Patient?name=三', 'zhangsan zhangsanfeng mixed'],
  ['Patient?name=三丰', 'zhangsanfeng'],
  ['Patient?name=sanfeng', 'zhangsanfeng'],
  ['Patient?name:contains=三', 'zhangsan zhangsanfeng mixed'],
  ['Patient?name:contains=张三', 'zhangsan zhangsanfeng'],
  ['Patient?name:contains=san', 'mixed'],
  ['Patient?name:contains=ones', 'smith'],
  ['Patient?name:exact=张三', 'zhangsan'],
  ['Patient?name:exact=张三丰', 'zhangsanfeng'],
  ['Patient?name:exact=張三', ''],
  ['Patient?name:exact=zhangsan', ''],
  ['Patient?family=张', 'zhangsan'],
  ['Patient?family=zhang', 'zhangsan'],
  ['Patient?family:exact=尉遲', 'yuchi'],
  ['Patient?family=尉迟', 'yuchi'],
  ['Patient?given=三', 'zhangsan mixed'],
  ['Patient?given=san', 'zhangsan mixed'],
  ['Patient?given:contains=雄', 'shan'],
  ['Patient?name=zengxiaoxian', 'zeng'],
  ['Patient?name=cengxiaoxian', 'zeng'],
  ['Patient?name=小贤', 'zeng'],
  ['Patient?name=ouyangxiu', 'ouyang'],
  ['Patient?name=修', 'ouyang'],
  ['Patient?name=oyx', 'ouyang'],
  ['Patient?name=yuchigong', 'yuchi'],
  ['Patient?name=lvbu', 'lv'],
  ['Patient?name=lübu', 'lv'],
  ['Patient?name=lubu', 'lv'],
  ['Patient?name=lyubu', 'lv'],
  ['Patient?name=lu', 'lv lu'],
  ['Patient?name=lujunyi', 'lu'],
  ['Patient?name=qinming', 'qin'],
  ['Patient?name=tanming', 'qin'],
  ['Patient?name=zhaitian', 'zhai'],
  ['Patient?name=ditian', 'zhai'],
  ['Patient?name=shanxiongxin', 'shan'],
  ['Patient?name=danxiongxin', 'shan'],
  ['Patient?name=买买提艾力', 'dots'],
  ['Patient?name=买买提•艾力', 'dots'],
  ['Patient?name=艾力', 'dots'],
  ['Patient?name=maimaitiaili', 'dots'],
  ['Patient?name=李𠮷', 'rare'],
  ['Patient?name=𠮷', 'rare'],
  ['Patient?name=li', 'rare'],
  ['Patient?name=葛优', 'ivs'],
  ['Patient?name=葛\u{E0101}优', 'ivs'],
  ['Patient?name=geyou', 'ivs'],
  ['Patient?name=John', 'smith'],
  ['Patient?name=jones', 'smith'],
  ['Patient?name=smith jones john', 'smith'],
  ['Patient?name=oster', 'text'],
  ['Patient?name=maria', 'text'],
  ['Patient?phonetic=章叁', 'zhangsan zhangsanfeng'],
  ['Patient?phonetic=zhangsan', 'zhangsan zhangsanfeng'],
  ['Patient?phonetic:missing=true', ''],
  ['Patient?name=,', 'zhangsan zhangsanfeng zeng ouyang yuchi lv lu qin zhai shan dots rare ivs smith text mixed'],
];

describeFinding('names', people, cases);

describeFinding(
  'parts of names, and the circle typed for 〇,',
  [
    patient('two', { text: '买买提·艾力' }),
    patient('three', { text: '阿卜杜热合曼·买买提' }),
    patient('parted', { family: '欧阳', given: ['三丰'] }),
    patient('zero', { family: '李', given: ['○'] }),
  ],
  [
    ['Patient?name=maimaiti', 'two three'],
    ['Patient?name=mmt', 'two three'],
    ['Patient?name=mmtal', 'two'],
    ['Patient?name=abudurehemanmaimaiti', 'three'],
    ['Patient?given=sf', 'parted'],
    ['Patient?given=sanf', 'parted'],
    ['Patient?family=oy', 'parted'],
    ['Patient?name=李○', 'zero'],
    ['Patient?name=李〇', 'zero'],
    ['Patient?name=李○○', ''],
  ],
);

describeFinding(
  'texts',
  [
    { resourceType: 'Organization', id: 'first', name: '北京市第一人民醫院', alias: ['一院'] },
    { resourceType: 'Organization', id: 'kana', name: 'ガン センター' },
    {
      resourceType: 'Organization',
      id: 'place',
      name: 'ＡＢＣ　１２３ Clinic',
      address: [{ state: '北京市', city: '北京市', district: '朝阳区', line: ['建国路８８号'] }],
      telecom: [
        { system: 'phone', value: '+86 138-0013-8000' },
        { system: 'phone', value: '（０１０）６５５５ ６６６６' },
        { system: 'email', value: 'Zhang@Example.cn' },
      ],
    },
    { resourceType: 'Organization', id: 'long', name: '长'.repeat(3000) },
    { resourceType: 'Organization', id: 'edge', name: `${'a'.repeat(511)}𠮷𠮷` },
    { resourceType: 'Organization', id: 'marks', name: '100%_x\\y' },
  ],
  [
    ['Organization?name=北京市第一人民医院', 'first'],
    ['Organization?name:contains=人民医', 'first'],
    ['Organization?name:contains=医院', 'first'],
    ['Organization?name:contains=_', ''],
    ['Organization?name:contains=%', ''],
    ['Organization?name=一院', 'first'],
    ['Organization?name=abc 123', 'place'],
    ['Organization?name:contains=23 cli', 'place'],
    ['Organization?name=ｶﾞﾝ', 'kana'],
    ['Organization?name=长长长', 'long'],
    ['Organization?name:contains=长长长', 'long'],
    ['Organization?name:exact=100%_x\\\\y', 'marks'],
    ['Organization?name=100 x', 'marks'],
    [`Organization?name=${'a'.repeat(511)}`, 'edge'],
    ['Organization?address=北京市朝阳区建国路88号', 'place'],
    ['Organization?address=建国路88', 'place'],
    ['Organization?address=朝陽區', 'place'],
    ['Organization?address:contains=阳区建国', 'place'],
    ['Organization?address-city=北京', 'place'],
    ['Organization?address-city:contains=京', 'place'],
  ],
);

describe('strings', () => {
  test.each([
    ['Patient?name= ', 'blank'],
    ['Patient?name:contains=\u3000', 'blank'],
    [`Patient?name=${'x'.repeat(513)}`, 'at most 512'],
  ])('%s is refused', (query, text) => {
    expect(faultOf(() => planOf(query))).toMatchObject({ status: 400, code: 'invalid', text: expect.stringContaining(text) });
  });

  test.each([
    ['zhang san', ['zhang san', 'zhangsan']],
    ['lu', ['lu', 'lv']],
    ['nyu', ['nyu', 'nv']],
    ['luan', ['luan']],
    ['lun', ['lun']],
    ['lve', ['lve']],
    ['lue', ['lue', 'lve']],
    ['smith', ['smith']],
    ['张', ['张']],
  ])('%s is typed as %j', (typed, expected) => {
    expect(typedPinyin(typed)).toEqual(expected);
  });

  test('Chinese names are sorted syllable by syllable, the surname by its own reading', () => {
    const sorted = people.flatMap((one) => search.extract(one as unknown as Resource).sort.filter(({ slot }) => slot === 'name'));
    expect(sorted.map(({ value }) => value).sort()).toEqual([
      'anna maria oster',
      'ge-you 葛优',
      'li-𠮷 李𠮷',
      'lu-jun-yi 卢俊义',
      'lv-bu 吕布',
      'mai-mai-ti-ai-li 买买提艾力',
      'ou-yang-xiu 欧阳修',
      'qin-ming 覃明',
      'shan-xiong-xin 单雄信',
      'smith jones john q',
      'wang san',
      'yu-chi-gong 尉迟恭',
      'zeng-xiao-xian 曾小贤',
      'zhai-tian 翟天',
      'zhang-san 张三',
      'zhang-san-feng 张三丰',
    ]);
  });

  test('a million dots are no work', () => {
    const begun = performance.now();
    const name = [{ family: '·'.repeat(1_000_000), text: '张'.repeat(1_000_000) }];
    search.extract({ resourceType: 'Patient', id: '1', name } as unknown as Resource);
    expect(performance.now() - begun).toBeLessThan(5000);
  });

  test('a Chinese name leaves few keys', () => {
    const keys = (name: object) => {
      const { entries } = search.extract({ resourceType: 'Patient', id: '1', name: [name] } as unknown as Resource);
      return entries.filter(({ kind }) => kind === 'string').length;
    };
    expect(keys({ family: '张', given: ['三'], text: '张三' })).toBeLessThanOrEqual(10);
    expect(keys({ text: '王小明' })).toBeLessThanOrEqual(6);
  });
});
