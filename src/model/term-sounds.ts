/**
 * Terms (names of diseases, drugs, examinations) as they are typed on a Latin keyboard: each Chinese character by its syllable, what is
 * written in letters and digits as it stands: 维生素B12缺乏 weishengsub12quefa, wssb12qf. Characters that are read in more than one way
 * are found by each. Source: GB/T 16159-2012
 */
import { readings, usualSyllable } from './pinyin.js';

export interface TermSound {
  /** One for each character, one for each run of letters. */
  readonly syllables: readonly string[];
  readonly initials: string;
}

/** Readings beside the usual one that stand in terms, or that people type for them. */
const otherReadings: Readonly<Record<string, readonly string[]>> = readings(
  '长chang 长zhang 重zhong 重chong 血xue 血xie 行xing 行hang 度du 度duo 便bian 便pian 调tiao 调diao 传chuan 传zhuan 弹tan 弹dan 壳ke 壳qiao ' +
    '角jiao 角jue 参shen 参can 参cen 率lv 率shuai 系xi 系ji 降jiang 降xiang 咽yan 咽ye 食shi 食si 大da 大dai 大tai 胖pang 胖pan 尿niao 尿sui ' +
    '假jia 给gei 给ji 色se 色shai 薄bo 薄bao 露lu 露lou 曲qu 单dan 单shan 解jie 解xie 累lei 落luo 落la 落lao 嚼jiao 嚼jue 剥bo 剥bao 削xue ' +
    '削xiao 塞sai 塞se 泊po 泊bo 疟nve 疟yao 颈jing 颈geng 龟gui 龟jun 龟qiu 蛤ge 蛤ha 纤xian 纤qian 荨qian 荨xun 臂bi 臂bei 仔zai 仔zi 阿a ' +
    '阿e 发fa 中zhong 数shu 数shuo 脏zang 种zhong 种chong 藏cang 藏zang 朝chao 朝zhao 没mei 没mo 强qiang 强jiang 乐le 乐yue 和he 和huo 和huan ' +
    '会hui 会kuai 石shi 石dan 似si 似shi 吐tu 呕ou 壮zhuang 屏ping 屏bing 差cha 差chai 差ci 弄nong 扁bian 扁pian 担dan 拓tuo 拓ta 择ze 择zhai ' +
    '提ti 提di 搏bo 散san 模mo 模mu 横heng 氏shi 炮pao 炮bao 炙zhi 熟shu 熟shou 番fan 番pan 盛sheng 盛cheng 着zhe 着zhuo 着zhao 磨mo 禁jin 空kong ' +
    '粘zhan 粘nian 纶lun 纶guan 结jie 绿lv 绿lu 缩suo 缝feng 肚du 肖xiao 脉mai 脉mo 膀bang 膀pang 臭chou 臭xiu 芥jie 芥gai 苔tai 茄qie 茄jia 莎sha ' +
    '莎suo 葛ge 蔓man 蔓wan 薏yi 虾xia 虾ha 蚂ma 血xue 覃tan 说shuo 谷gu 质zhi 载zai 还hai 还huan 适shi 酵jiao 酵xiao 钻zuan 铅qian 铅yan 隔ge ' +
    '隽juan 颤chan 颤zhan 骨gu 髓sui 鹄hu 黄huang 龋qu 佝gou 佝ju 偻lou 偻lv 核he 核hu 殷yin 殷yan 溃kui 溃hui 熨yun 熨yu 瘀yu 癌ai 癌yan 眩xuan 眩huan',
);

/** Of a text that is longer the beginning is read. */
const MAX_READ = 60;

const han = /^\p{Script=Han}$/u;
const SPACE = 0x20;

/**
 * The usual reading first; then one character at a time is read otherwise, for a term of two that people read in their own ways is rare.
 * None where there is nothing to be read. `folded`: as `fold` leaves a text.
 */
export function termSounds(folded: string): readonly TermSound[] {
  const syllables: string[] = [];
  const short: string[] = [];
  const others: (readonly [at: number, way: Way])[] = [];
  /** Where letters began; -1: there are none before. */
  let letters = -1;
  const endLetters = (at: number) => {
    if (letters < 0) return;
    const run = folded.slice(letters, at);
    syllables.push(run);
    short.push(run);
    letters = -1;
  };
  let isRead = false;
  let at = 0;
  for (let point = 0; at < folded.length; at += point > 0xffff ? 2 : 1) {
    point = folded.codePointAt(at) ?? 0;
    const ways = point <= 0x7f ? undefined : waysOf(point);
    if (ways === undefined) {
      if (point === SPACE) endLetters(at);
      else if (letters < 0) letters = at;
      continue;
    }
    endLetters(at);
    isRead = true;
    for (const other of ways.others) others.push([syllables.length, other]);
    syllables.push(ways.usual.syllable);
    short.push(ways.usual.initial);
    if (syllables.length >= MAX_READ) break;
  }
  endLetters(at);
  if (!isRead) return [];
  const usual = { syllables, initials: short.join('') };
  return [usual, ...others.map(([place, way]) => otherwise(usual, short, place, way))];
}

function otherwise({ syllables, initials }: TermSound, short: readonly string[], place: number, { syllable, initial }: Way): TermSound {
  return {
    syllables: syllables.with(place, syllable),
    initials: initial === short[place] ? initials : short.with(place, initial).join(''),
  };
}

/** How a character is read. */
interface Way {
  readonly syllable: string;
  readonly initial: string;
}

interface Ways {
  readonly usual: Way;
  readonly others: readonly Way[];
}

/** A character that nobody reads stands for itself. */
function wayOf(syllable: string): Way {
  return { syllable, initial: syllable > '\x7f' ? syllable : syllable.slice(0, 1) };
}

/** By code point. */
const known = new Map<number, Ways | undefined>();

/** Undefined for what is no Chinese character. */
function waysOf(point: number): Ways | undefined {
  const before = known.get(point);
  if (before !== undefined || known.has(point)) return before;
  const ways = readingsOf(String.fromCodePoint(point));
  known.set(point, ways);
  return ways;
}

function readingsOf(character: string): Ways | undefined {
  if (!han.test(character)) return undefined;
  const [usual = '', ...others] = new Set([usualSyllable(character), ...(otherReadings[character] ?? [])]);
  return { usual: wayOf(usual), others: others.map(wayOf) };
}
