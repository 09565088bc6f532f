/**
 * Letters that are easily mistaken for each other in scripts where one letter makes another word. There a slip is
 * another name (الأمل, الأمان), but a letter that looks like the right one (ה for ח, ビ for ピ, 빗 for 빛) is a disguise.
 */

/** Groups of similar ideographs, which differ by a stroke or its length. */
const IDEOGRAPHS = `
  未末 土士 日曰白目自 己已巳 大太犬丈 人入八 天夭夫 干千于 王玉主壬 田由甲申 木本术 戊戌戍戎 刀刃力 口囗 兔免 鸟乌 鳥烏 折拆析 侯候 治冶 洽恰 晴睛 辛幸 拔拨
  贝见 微徵徽 亳毫 庆厌 厂广 亨享 今令 毋母 陈阵 师帅 休体 住往佳 抡抢 沧沦 洒酒 历厉 考老 卯卵 杳香 呆杏 吉古 问间 問間 阳阴
  明朋 茶荼 祟崇 密蜜 栗粟 弋戈 代伐 孑孓子 束東柬 旦且 思恩 因困囚 圆园 行亍 官宫宦 宮官 客容 公么 支友 持特 技枝 安妄 全金 包句勺
  宝室 商啇 城诚 网冈 券卷 社杜 保堡 险验检 云去 通逋 信倍 讯迅汛 电龟 油抽 石右 招召 浦捕埔 平乎 银垠 行彳 长镸 铁钱线 路鹭 易昜
  场扬 場揚 交父 方万 亿忆 客窖 服般 务条 所祈 易昴 海悔 梅海 河何 江汪 泰秦 华毕 联职 信佶 理埋 管菅 部陪 处外 微薇 末宋
  银跟很恨垠 通诵桶捅 付忖讨衬 请情睛 抱饱跑炮泡胞 放防访仿 校较绞 领冷 吗码骂 姐组租阻 洋样详 站粘贴 种钟 住注驻柱 转传砖 铜洞 枯姑 馆棺
  距拒 凉惊 据剧 挥辉 粮狼 绿碌 论轮抡 值植 债绩 财材 账胀 投役设没 支攴 长氏 湖糊 桥娇骄 峰蜂 桂挂 泉帛 盛盔 蓝篮 兴共 德得 億憶 銀跟
  手毛 心必 永水冰 氷永 午牛 右左 士工 星昱 月用 车东 竹仃 云芸 風凤 凤风 岛鸟 島鳥
`.trim();
/** Groups of similar letters. */
const GROUPS: readonly string[] = [
  // Hebrew
  'הח',
  'חת',
  'ויןז',
  'דרך',
  'בכפ',
  'םס',
  'גנ',
  'טמ',
  'עצץ',
  // Arabic: the same stroke with other dots
  'بتثپٹنيىیئ',
  'جحخچ',
  'دذڈ',
  'رزژڑ',
  'سش',
  'صض',
  'طظ',
  'عغ',
  'فقڤڨ',
  'كکگ',
  'هةہھە',
  'اأإآٱ',
  'وؤۋ',
  // Devanagari and its kin
  'भम',
  'बव',
  'घध',
  'षप',
  'थय',
  'डङइ',
  'िी',
  'ुू',
  'ेै',
  'ोौॊ',
  'েৈ',
  'বর',
  'যষ',
  'ণন',
  // Thai
  'คดตศ',
  'บปษ',
  'ขชซฃ',
  'ผฝพฟฬ',
  'ถภฤ',
  'ทฑ',
  'นมฆ',
  'รธฐ',
  'ลส',
  'ฎฏ',
  'จฉ',
  'กถภ',
  'แเ',
  'ใไโ',
  'ิีึื',
  // kana, and ideographs in their shape
  'ラうヲフ',
  'ンソリ',
  'シツミ三',
  'クワタケ夕',
  'ロコ口',
  'ニ二',
  'カ力',
  'ト卜イ',
  'ハ八',
  'チ千テ',
  'エ工',
  'ー一',
  'はほけ',
  'めぬ',
  'ねれわ',
  'るろ',
  'きさ',
  'いり',
  'ウラワ',
  'スヌ',
  'アマ',
  'ナメ',
  'ヨヲ',
  ...IDEOGRAPHS.split(/\s+/u),
];
const LOOK_ALIKE = new Set(
  GROUPS.flatMap((group) =>
    [...group].flatMap((one) => [...group].filter((other) => other !== one).map((other) => one + other)),
  ),
);
/** Similar Hangul vowels and consonants, by position in a syllable: lead, vowel, tail. */
const JAMO: readonly (readonly (readonly number[])[])[] = [
  [
    [0, 15],
    [3, 16],
    [6, 7, 17],
    [9, 12, 14],
    [11, 18],
    [2, 5],
    [0, 1],
    [3, 4],
    [7, 8],
    [9, 10],
    [12, 13],
  ],
  [
    [0, 2, 20, 4, 6],
    [1, 5, 3, 7],
    [8, 12, 18, 13, 17],
    [9, 14],
    [10, 15],
    [11, 16, 19],
  ],
  [
    [1, 2, 24],
    [7, 25],
    [16, 17, 26],
    [19, 20, 22, 23],
    [21, 27],
    [4, 8],
  ],
];
const FIRST_SYLLABLE = 0xac00;
const LAST_SYLLABLE = 0xd7a3;
const MOST_DIFFERENT = 2;
/** Two signs that display as a third: aa with e is o. */
const COMPOSED: readonly (readonly [RegExp, string])[] = [
  [/\u093e\u0947/gu, '\u094b'],
  [/\u093e\u0948/gu, '\u094c'],
  [/\u0905\u093e/gu, '\u0906'],
  [/\u0e4d\u0e32/gu, '\u0e33'],
  [/\u0e40\u0e40/gu, '\u0e41'],
];

/** Whether the two differ only in one or two letters that look like the official ones. */
export function isLookalikeSlip(text: string, official: string): boolean {
  const [seen, meant] = [lettersOf(text), lettersOf(official)];
  if (seen.length !== meant.length) return false;
  let different = 0;
  for (const [index, letter] of seen.entries()) {
    const other = meant[index]!;
    if (letter === other) continue;
    if (++different > MOST_DIFFERENT || !isAlike(letter, other)) return false;
  }
  return true;
}

function lettersOf(text: string): string[] {
  let composed = text.normalize('NFKC');
  for (const [two, one] of COMPOSED) composed = composed.replace(two, one);
  return [...composed.replace(/[\s\p{P}\p{S}\p{Cf}]+/gu, '')];
}

function isAlike(seen: string, meant: string): boolean {
  if (LOOK_ALIKE.has(seen + meant) || isSmallKana(seen, meant)) return true;
  // the same kana with another voicing mark (ベ, ペ)
  if (/[\u3040-\u30ff]/u.test(seen) && seen.normalize('NFD').slice(0, 1) === meant.normalize('NFD').slice(0, 1))
    return true;
  return isAlikeSyllable(seen.codePointAt(0)!, meant.codePointAt(0)!);
}

/** ィ and イ: the small form stands right before the large one. */
function isSmallKana(seen: string, meant: string): boolean {
  const [a, b] = [seen.codePointAt(0)!, meant.codePointAt(0)!];
  return Math.abs(a - b) === 1 && SMALL_KANA.test(a < b ? seen : meant);
}
const SMALL_KANA = /[ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ]/u;

/** Two syllables that differ in one part by a stroke. */
function isAlikeSyllable(seen: number, meant: number): boolean {
  if (Math.min(seen, meant) < FIRST_SYLLABLE || Math.max(seen, meant) > LAST_SYLLABLE) return false;
  const [a, b] = [partsOf(seen), partsOf(meant)];
  const different = [0, 1, 2].filter((part) => a[part] !== b[part]);
  const [part] = different;
  return different.length === 1 && JAMO[part!]!.some((group) => group.includes(a[part!]!) && group.includes(b[part!]!));
}

function partsOf(syllable: number): number[] {
  const index = syllable - FIRST_SYLLABLE;
  return [Math.floor(index / 588), Math.floor((index % 588) / 28), index % 28];
}
