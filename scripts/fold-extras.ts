/**
 * Look-alikes that the npm data does not list, looked at one by one. Each row: what it looks like, the characters, and why.
 * They are "wide": shapes a reader takes for the letter in a word, though not pixel for pixel. The detector trusts them less than
 * those of UTS 39. A row can not hurt an honest name: it only makes two names comparable, and a resemblance counts only against
 * a protected name, and less in a name that is wholly in another script.
 */
export type FoldExtra = readonly [target: string, characters: string];

const range = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, index) => String.fromCodePoint(first + index)).join('');

/** Rows of 26 symbols that spell the alphabet and have no compatibility decomposition to letters, by their first code point. */
export const ALPHABETS: readonly number[] = [
  0x1f1e6, // regional indicators: 🇦
  0x1f130, // squared: 🄰
  0x1f150, // negative circled: 🅐
  0x1f170, // negative squared: 🅰
];

export const EXTRAS: readonly FoldExtra[] = [
  // Cyrillic small and capital letters as they are read by people who write "ЯUSSIAИ" style
  ['n', 'ипИПйЙлЛӣӥѝԉԓ'], ['r', 'яЯгГґҐѓЃӷӶғ'], ['w', 'шщШЩѡѠѿ'], ['b', 'ъьЪЬѢѣҍҌбБвВ'], ['bl', 'ыЫӹӸ'], ['lo', 'юЮ'], ['e', 'эЭєЄԐԑзЗәӘӡӠҙҘҽӭ'], ['a', 'дДѦѧ'], ['u', 'цЦџЏҵ'],
  ['x', 'жЖҗҖӂ'], ['y', 'чЧҷҸҹӌӵуУўЎүҮұҰ'], ['o', 'фФѳѲөӨӫҩ'], ['h', 'нНңҢҥӈӊћЋђЂԧ'], ['k', 'кКқҚҝҟҡӄԟ'], ['t', 'тТҭҬ'], ['m', 'мМӎ'], ['hb', 'њЊ'], ['lb', 'љЉ'], ['f', 'ӺӻƑƒ'], ['c', 'ҫҪҁҀ'], ['v', 'ѵѴѷ'], ['l', 'ӏӀіїІЇ'],
  // Greek
  ['a', 'αΑΛλΔ∆ά'], ['b', 'βΒϐ'], ['e', 'εΕΣΞξϵέ'], ['n', 'ηπΠΝήϰ'], ['l', 'ιίϊΐ'], ['k', 'κΚϗ'], ['u', 'μυμύϋΰ'], ['v', 'νѵ'], ['o', 'οσθΘΦφϕδόΌϴς'], ['p', 'ρΡϱϸϷ'], ['t', 'τΤ'], ['x', 'χΧ'], ['y', 'γψΨΥ'], ['w', 'ωώΩΏϖ'], ['z', 'ζΖ'], ['j', 'ϳ'], ['f', 'ϝϜ'], ['c', 'ϲϹϾͼ'], ['h', 'Ηͱ'],
  // Armenian
  ['n', 'ոռղՈՌՂ'], ['u', 'սմսՍՄ'], ['o', 'օՕֆ'], ['h', 'հիհ'], ['q', 'գզ'], ['g', 'ց'], ['s', 'Տ'], ['w', 'ա'], ['p', 'քթ'], ['f', 'ֆ'], ['l', 'ւլ'], ['j', 'յ'], ['y', 'վ'], ['d', 'ժ'], ['e', 'ե'], ['t', 'է'],
  // Georgian (its letters stand between Latin ones as curls)
  ['o', 'ოეთ'], ['b', 'ნხ'], ['y', 'ყვ'], ['s', 'ჰ'], ['h', 'ჩ'], ['g', 'მ'], ['m', 'რ'], ['d', 'ძ'],
  // Hebrew and Arabic letters that pass for Latin strokes
  ['o', 'סםہةهه'], ['l', 'וןײ|ﺍاﺎأإآ'], ['n', 'חת'], ['v', 'ע'], ['u', 'טט'], ['x', 'א'], ['y', 'צץ'], ['w', 'ש'], ['p', 'ק'], ['j', 'נ'],
  // Latin small capitals, turned, hooked, barred and IPA letters
  ['a', 'ᴀɐɑɒⱥᶏᴬᵃₐ'], ['ae', 'ᴁᴂæÆ'], ['b', 'ʙᴃƀɓƃƄƅᵬᶀßẞþ'], ['c', 'ᴄɔƈȼɕƆᴐↄↃ¢ꞓ'], ['d', 'ᴅᴆðÐđɖɗƌᶁȡ'], ['e', 'ᴇǝəɘɛɜɞƐƎƏɇᴈᶒɚʚ℮'], ['f', 'ꜰɟƒꞙᵮʄ'], ['g', 'ɢɡɠǥʛᵷƍ'], ['h', 'ʜɥħɦɧⱨꜧʮʯ'], ['l', 'ɪıɨɩᵻƗℹʟᴌɫɬɭƚłꝉⱡᶅꞁɺ'],
  ['j', 'ᴊɟʝɉȷ'], ['k', 'ᴋʞƙⱪꝁꝃꝅĸ'], ['m', 'ᴍɯɰɱᵯƜꟽ'], ['n', 'ɴᴎɲɳƞŋŊȠᵰᶇȵ'], ['o', 'ᴏᴑɵøØɸƟɤꝋꝍʘ⊙⊚⦿'], ['oe', 'œŒɶᴔ'], ['p', 'ᴘƥᵽꝑꝓᵱᶈƿǷ'], ['q', 'ɋʠꝗꝙϙ'], ['r', 'ʀʁɹɾɿʳɼɽɍᴙᴚꝛꭆꭇƦꞅ'], ['s', 'ꜱʂƨƧȿꞩᵴᶊſʃƩƪʅ'], ['t', 'ᴛʇƭƫŧʈⱦᵵȶꞇ'],
  ['u', 'ᴜʉʊƱᴝᶙꭎꭒ'], ['v', 'ᴠʌɅʋƲⱱᶌⱴ'], ['w', 'ᴡʍɯⱳƿ'], ['x', 'ӿᶍ×✕✖⨯╳'], ['y', 'ʏʎƴɏỿɣ'], ['z', 'ᴢƶʐʑʒƷȥɀⱬᵶᶎȝ'],
  // letters of other scripts that fonts draw as Latin ones: Cherokee, Coptic, Lisu, Vai, Canadian syllabics, Tifinagh, Runic, Gothic, Deseret
  ['a', 'ᎪᗅꓮⲀⲁᐱᗩᐃ'], ['b', 'ᏴᗷꓐⲂⲃᏼᛒᕊᑲ'], ['c', 'ᏟᑕꓚⲤⲥᏣ⊂ⅽ'], ['d', 'Ꭰᗞꓓᗪᑯᑻᕍ'], ['e', 'ᎬꓰⲈⲉᗴⴹ⋿ꗋ'], ['f', 'ꓝᖴꓞᎰᚠ'], ['g', 'ᏀꓖᏳᎶᘜᏵᏻ'], ['h', 'ᎻᕼꓧⲎⲏᏂዘꖾ'], ['l', 'ᎥꓲⲒⲓᏞꓡᒪⳐᛁⵊⵏ'], ['j', 'ᎫꓙᒍᏧ'], ['k', 'ᏦꓗⲔⲕᛕ'], ['m', 'ᎷꓟⲘⲙᗰᛖᙏ'], ['n', 'ꓠⲚⲛᑎᏁᐢ'], ['o', 'ⲞⲟꓳⵔᎾᏫഠ௦०০੦૦ዐ〇ꝹᴼⵙꖴꙨ'], ['p', 'ᏢꓑⲢⲣᑭᕈᑶ'], ['q', 'ⵕᑫᏄᕴ'],
  ['r', 'ᏒᎡꓣᖇᏤᚱ'], ['s', 'ᏚꓢᏕᔕꚃᛊ'], ['t', 'ᎢꓔⲦⲧ⊤ፕ⟙ᛏ'], ['u', 'ꓴᑌᕀ∪⋃ሀ'], ['v', 'ᏙꓦᐯᏉ⋁∨ⴸᐺ'], ['w', 'ᎳꓪᏔᗯᏇᘺᘿ'], ['x', 'ꓫⲬⲭ᙭ⵝᚷᕁ'], ['y', 'ᎩꓬⲨⲩᎽᖻ'], ['z', 'ᏃꓜⲌⲍᘔ'],
  // dingbats and enclosed digits that stand for letters
  ['o', '⓪⓿🄋🄌⭕🅾'], ['l', '❶➀➊'], ['z', '❷➁➋'], ['e', '❸➂➌€∈∊∃∑Ꞓ'], ['a', '❹➃➍∀'], ['s', '❺➄➎₷§'], ['b', '❻➅➏❽➇➑₿'], ['t', '❼➆➐✝✞☨₮†'], ['g', '❾➈➒'], ['l', '£₤∣ǀ│┃❘丨￨⎸⏐⌊⌈'], ['y', '¥'], ['w', '₩山'], ['n', '₦∩⋂几冂'], ['k', '₭'], ['d', '₫'], ['p', '₱卩'], ['h', '₴卄'], ['r', '尺'], ['t', '丅匕丁'], ['x', '乂'], ['c', '匚⊏'], ['v', '√'], ['o', '口'], ['l', '乚'], ['m', '爪'], ['y', '丫'],
  // words in one symbol
  ['ab', '🆎'], ['cl', '🆑'], ['cool', '🆒'], ['free', '🆓'], ['ld', '🆔'], ['new', '🆕'], ['ng', '🆖'], ['ok', '🆗'], ['sos', '🆘'], ['up', '🆙'], ['vs', '🆚'],
];

/** Full stops in other writing systems, and what is drawn as one: `matrix․org`. */
export const DOTS = '.․。｡·•∙⋅・･﹒．܁܂۔٠۰꘎⸳⸱᛫‧🄀⸰◦';
/** Colons and what is drawn as one. */
export const COLONS = ':：︓﹕։׃܃܄᛬∶ː˸꞉ःઃ⁚';

/** Blank in most fonts, though Unicode calls them letters or symbols. */
export const BLANKS = `\u2800\u3164\uffa0\u115f\u1160\u17b4\u17b5\u180e\u034f${range(0x1d173, 0x1d17a)}`;

/** Put behind a name as an ornament; their compatibility forms ("tm") would spoil the comparison. */
export const BADGES = '™℠®©℗ª';
