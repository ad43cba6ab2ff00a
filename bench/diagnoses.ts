/** A list of diagnoses as a hospital has one, made up by rule: codes in the form of ICD-10, names put together of sites, causes and kinds. */

export interface Word {
  readonly text: string;
  readonly pinyin: string;
}

export interface Diagnosis {
  readonly code: string;
  /** The heading it stands below; its own code where it is one. */
  readonly category: string;
  readonly words: readonly Word[];
}

const words = (text: string): readonly Word[] =>
  text.split(' ').map((one) => {
    const [, chinese = '', pinyin = ''] = /^(\p{Script=Han}+)(.*)$/u.exec(one) ?? [];
    return { text: chinese, pinyin };
  });

const acuity = words(
  '急性jixing 慢性manxing 亚急性yajixing 复发性fufaxing 先天性xiantianxing 原发性yuanfaxing 继发性jifaxing 特发性tefaxing',
);
const cause = words(
  '细菌性xijunxing 病毒性bingduxing 真菌性zhenjunxing 过敏性guominxing 药物性yaowuxing 外伤性waishangxing 缺血性quexuexing 免疫性mianyixing 放射性fangshexing 代谢性daixiexing 梗阻性gengzuxing 化脓性huanongxing 出血性chuxuexing',
);
const side = words('左侧zuoce 右侧youce 双侧shuangce 上部shangbu 下部xiabu');
const site = words(
  '肺fei 胃wei 肝gan 肾shen 脾pi 胆囊dannang 胰腺yixian 结肠jiechang 直肠zhichang 食管shiguan 甲状腺jiazhuangxian 膀胱pangguang 前列腺qianliexian 子宫zigong 卵巢luanchao 支气管zhiqiguan 皮肤pifu 关节guanjie 视神经shishenjing 鼻窦bidou 喉hou 扁桃体biantaoti 淋巴结linbajie 心肌xinji 心包xinbao 脑膜naomo 胸膜xiongmo 腹膜fumo 骨膜gumo 肌腱jijian',
);
const kind = words(
  '炎yan 溃疡kuiyang 囊肿nangzhong 结石jieshi 脓肿nongzhong 纤维化xianweihua 肿瘤zhongliu 息肉xirou 狭窄xiazhai 穿孔chuankong 坏死huaisi 水肿shuizhong 血肿xuezhong 损伤sunshang 功能不全gongnengbuquan 畸形jixing 肥大feida 萎缩weisuo 积液jiye 综合征zonghezheng',
);

const HEADINGS = 26 * 100;

/** The nth of the list, always the same. Headings come first. */
export function diagnosis(n: number): Diagnosis {
  const heading = n % HEADINGS;
  const category = String.fromCharCode(65 + Math.floor(heading / 100)) + String(heading % 100).padStart(2, '0');
  // A number without a common factor leads through all ways to put words together.
  const mixed = (n * 7_919) % (acuity.length * cause.length * side.length * site.length * kind.length);
  let rest = mixed;
  const parts = [acuity, cause, side, site, kind].map((list) => {
    const word = list[rest % list.length];
    rest = Math.floor(rest / list.length);
    return word;
  });
  const all = parts.filter((word) => word !== undefined);
  if (n < HEADINGS) return { code: category, category, words: all.slice(-2) };
  const number = Math.floor(n / HEADINGS);
  return { code: `${category}.x${String(number % 10)}0x${String(number).padStart(3, '0')}`, category, words: all };
}

export const nameOf = ({ words: all }: Diagnosis): string => all.map(({ text }) => text).join('');
export const pinyinOf = ({ words: all }: Diagnosis): string => all.map(({ pinyin }) => pinyin).join('');

export function* csvOf(count: number): Generator<string> {
  yield '诊断代码,诊断名称,英文名称\n';
  for (let n = 0; n < count; n++) {
    const one = diagnosis(n);
    yield `${one.code},${nameOf(one)},${n % 4 === 0 ? `Disorder no. ${n}` : ''}\n`;
  }
}
