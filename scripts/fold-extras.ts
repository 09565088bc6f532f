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
  ['a', 'αΑΛλΔ∆ά'], ['b', 'βΒϐ'], ['e', 'εΕΣΞξϵέ'], ['n', 'ηπΠΝήϰ'], ['l', 'ιίϊΐ'], ['k', 'κΚϗ'], ['u', 'μυμύϋΰ'], ['v', 'νѵ'], ['o', 'οσθΘΦφϕδόΌϴ'], ['p', 'ρΡϱϸϷ'], ['t', 'τΤ'], ['x', 'χΧ'], ['y', 'γψΨΥ'], ['r', 'Γ'], ['w', 'ωώΩΏϖ'], ['z', 'ζΖ'], ['j', 'ϳ'], ['f', 'ϝϜ'], ['c', 'ϲϹϾͼςϚϛ'], ['h', 'Ηͱ'],
  // Armenian
  ['n', 'ոռղՈՌՂ'], ['u', 'սմսՍՄ'], ['o', 'օՕֆ'], ['h', 'հիհ'], ['q', 'գզ'], ['g', 'ց'], ['s', 'Տ'], ['w', 'ա'], ['p', 'քթ'], ['f', 'ֆ'], ['l', 'ւլ'], ['j', 'յ'], ['y', 'վ'], ['d', 'ժ'], ['e', 'ե'], ['t', 'է'],
  // Georgian (its letters stand between Latin ones as curls)
  ['o', 'ოეთ'], ['b', 'ნხ'], ['y', 'ყ'], ['e', 'ვ'], ['s', 'ჰ'], ['h', 'ჩ'], ['g', 'მ'], ['m', 'რ'], ['d', 'ძ'],
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
  // --- Found by comparing bitmaps (GNU Unifont, DejaVu, Noto) with those of ASCII letters and digits, then looked at one by one; docs/understand/detection.md tells how.
  // Latin with bars, hooks and flourishes, insular and epigraphic letters, phonetic extensions
  ['a', 'Ꞻꞻꬰᶐꭤ'], ['b', 'ꞖꞗꝤꝥꝦꝧ'], ['c', 'ꞔꞔꜾꜿↅ'], ['d', 'ꟇꟈꝹꝺᶑⱰ'], ['e', 'ꬲꬳⱸᶓᶔꝪꝫꜪꜫ↋ⱻ'], ['f', 'ꝼꝻꬵꟻẜẝ'], ['g', 'ꞠꞡꬶᵹꝽꟐꟑᵷꝾꝿ'], ['h', 'ⱵⱶꞕꟵꟶ'], ['l', 'ȴꟾꞼꞽꬷꬸꬹꞎᶖᶡꭞ'], ['j', 'ꞲᶨꟲꞀ'], ['k', 'ꞢꞣᶄꝄꝂ'],
  ['m', 'ꬺꭑꟺᶆⅿ₥'], ['n', 'ꞐꞑꞤꞥꬻꬼꞃꞂ'], ['o', 'ⱺẟꬽꬾ'], ['p', 'ꟼꝔꝕꝐꝒ'], ['q', 'ꝖꝘ'], ['r', 'ꞦꞧꝵꭈꭉꭊꭋꭌⱹᶉꝚ'], ['s', 'ꟉꟊꟘꟙ'], ['u', 'ꞸꞹꞾꞿᵾᵿꭟ'], ['v', 'Ꝟꝟ'], ['w', 'ꭐꭣꟃ'], ['x', 'ꭓꭔꭕꭖꭗꭘꭙ'], ['y', 'ꭚỾ'], ['z', 'ꝢꝣꝜꝝ↊'],
  // Greek and Coptic: archaic letters and capitals that are drawn apart from their small ones
  ['h', 'Ͱ'], ['t', 'Ͳͳ'], ['q', 'Ϥϥ'], ['x', 'Ϫϫ'], ['p', 'ϼ'], ['c', 'Ͽͽ'], ['o', 'ⲐⲑⲪⲫ'], ['n', 'ⲠⲡⳜⳝⳭⳮ'], ['r', 'Ⲅⲅ'], ['b', 'ⳓⳒ'], ['u', 'ⳘⳙⲨ'], ['e', 'Ⳟⳟ'],
  // Cyrillic: many-eyed o, letters of manuscripts and of the Far North
  ['o', 'ꙨꙩꙪꙫꙬꙭꙮꚚꚛᲂ'], ['t', 'ꚌꚍꚐꚑᲄԎԏ'], ['a', 'Ꙙꙙᲁ'], ['c', 'ᲃꙆꙇ'], ['m', 'ᲅ'], ['b', 'ᲀᲆᲇҔҕ'], ['n', 'ԤԥԈԉԒԓ'], ['x', 'ӼӽҲҳӾ'], ['d', 'Ԃԃ'], ['e', 'ѮѯԄԅ'], ['h', 'ԊԋԢԣԨԩ'], ['p', 'Ԗԗ'],
  // Armenian
  ['n', 'ԸըրՐ'], ['m', 'ՠտՏ'], ['u', 'կնԿՆ'], ['o', 'ծ'], ['e', 'Յ'], ['z', 'շՇ'], ['b', 'Ց'], ['t', 'Ի'],
  // Arabic, N'Ko and Hebrew digits and strokes
  ['g', '٩۹'], ['e', '٣۳'], ['o', 'ߋ'], ['l', 'ߗࢭ'], ['t', 'ߙߠ'], ['f', 'ߓ'],
  // South and South-East Asian letters that are one Latin stroke
  ['o', '໐၁ວᦅᦢᨣᨷᩅ᪀᪐᭐ᰓᰟ᱐ᱛ꧐꩐'], ['n', 'ทກกກဂถ'], ['u', 'บບປປပยມ'], ['s', 'ร'], ['w', 'ผฝพฟຜຝພຟᥕ'], ['a', 'ล'], ['c', 'င'], ['x', 'ᥝ'], ['l', '꘡'],
  // Mongolian, Georgian capitals and church letters
  ['o', '᠐ბი'], ['g', '᠑Ⴚ'], ['c', 'ჺ'], ['e', 'ᲕᲙკ'], ['b', 'ჷჽᲷᲽႷႽႧ'], ['p', 'ႲႼⴒ'], ['x', 'Ⴟ'], ['z', 'Ⴭⴭ'], ['n', 'ⴄⴖⴚ'], ['m', 'ⴅⴊⴜ'], ['q', 'ⴉ'], ['d', 'ⴋ'], ['h', 'ⴌⴙ'], ['u', 'ⴑⴗⴣ'],
  // Ethiopic
  ['o', 'ፀዑ'], ['t', 'ፐፑተ'], ['w', 'ሠ'], ['n', 'በሰ'], ['m', 'ጠ'],
  // Cherokee, Canadian syllabics, Lisu (with its turned letters)
  ['p', 'Ꮅ'], ['l', 'Ꮖ'], ['v', 'ᐁᐍᐂ'], ['a', 'ᐲᐼᐽᐾᐿᐰ'], ['p', 'ᕉ'], ['u', 'ᕞᕟ'], ['p', 'ꓒ'], ['k', 'ꓘ'], ['f', 'ꓞ'], ['r', 'ꓤ'], ['g', 'ꓨ'], ['j', 'ꓩ'], ['b', 'ꓭ'], ['a', 'ꓯꓥ'], ['e', 'ꓱ'], ['n', 'ꓵ'], ['l', 'ꓶꓕ'], ['d', 'ꓷ'], ['c', 'ꓛ'],
  // Runic, Tifinagh, Glagolitic, Vai, Bamum, Yi
  ['l', 'ᛐᛙᛚ'], ['n', 'ᚢᚣ'], ['h', 'ᚺᚻ'], ['y', 'ᛉ'], ['s', 'ᛋ'], ['m', 'ᛞ'], ['o', 'ᛜᛟ'], ['p', 'ᚹᚦ'], ['x', 'ⴴⵅ'], ['o', 'ⵀⵚⴱⴲ'], ['e', 'ⵎⵟ'], ['l', 'ⵑ'], ['u', 'ⵡⵯ'], ['a', 'ⴷ'], ['o', 'ⰙⰉⱉ'], ['s', 'ꕶ'], ['t', 'ꔋ꓄꓅'], ['y', 'ꚲ'], ['z', 'ꛉ'], ['a', 'ꛎ'], ['l', 'ꛚꛨ'], ['h', 'ꃅ'],
  // Scripts beyond the first plane: Gothic, Carian, Lydian, Old Turkic, Osage, Pau Cin Hau, Mro, Miao, …
  ['a', '𐌰'], ['b', '𐌱'], ['r', '𐌲'], ['e', '𐌴'], ['u', '𐌵'], ['z', '𐌶'], ['h', '𐌷'], ['l', '𐌹𐌻'], ['k', '𐌺'], ['m', '𐌼'], ['n', '𐌽𐌿𐍀'], ['s', '𐍃'], ['t', '𐍄'], ['y', '𐍅'], ['f', '𐍆'], ['x', '𐍇'], ['o', '𐍈'],
  ['l', '𐊦'], ['h', '𐊧'], ['p', '𐊯'], ['o', '𐊸'], ['v', '𐊼'], ['x', '𐋁𐋄𐅔'], ['a', '𐤠𐒰𐓘𐒲𐓚'], ['l', '𐤦𐍘𐢉𐢧𐰯𐰾𐲥𐴱𐑑'], ['t', '𐤯'], ['b', '𐤱𐐝𐐞𐕝𐠐'], ['x', '𐰓𐳂𐲂𐳼𐑀'], ['v', '𐰟𐳻𐑫𐠨'], ['p', '𐐙'], ['a', '𐐵𐐺'], ['o', '𐐫𐐭𐑏𐑴𐒆𐒠𐓃𐓫'], ['n', '𐓣𐔗'], ['h', '𐔒'], ['l', '𐔎'], ['z', '𐕓'],
  ['o', '𑁜𑄘𑄤𑫁𑫃𑫤𖩠𖺀𞥐'], ['c', '𑫂𖩗𖼒'], ['b', '𑫄'], ['l', '𑫎𑫥𖩙𖭁𖭐𞥑𝍩𝍷𞠢𑀭'], ['z', '𑫑'], ['a', '𑫘𑫛'], ['t', '𑫝𖩋𖼋𖼌𖼍𖼎𖼡𖽈'], ['v', '𑫟𖩍𖬯'], ['p', '𑫢'], ['e', '𖩇𖬣𖼮𞤒'], ['h', '𖩘'], ['u', '𖬌𖬔𑵒'], ['s', '𖹪'], ['f', '𖼇'], ['y', '𖽄'], ['c', '𞤌'],
  // The "fancy CJK alphabet" of name generators, and jamo of one stroke
  ['a', '卂'], ['b', '乃'], ['e', '乇'], ['f', '千'], ['j', 'ﾌ'], ['l', 'ㄥㅣㄴ'], ['o', 'ㄖㅇㅁ'], ['s', '丂'], ['t', 'ㄒㅜ'], ['u', 'ㄩ'], ['y', 'ㄚ'], ['z', '乙ㄹ'], ['d', '刀'], ['c', 'ㄷ'], ['e', 'ㅌ'], ['h', 'ㅐ'], ['x', 'ㄨ'],
  // Found in fonts that were kept aside to measure (FreeFont, Symbola, Junicode)
  ['l', 'ᏓᏝ'], ['o', 'ᎧꝯꝮꟁꟀ𐌏𐌘'], ['t', 'ⵜ'], ['u', 'Ꙡꙡꭏ'], ['b', 'Ꙏꙏ'], ['k', 'ᚳ'], ['h', '𐌇'], ['a', 'Ϡϡ'],
  // currency and letter-like signs
  ['c', '₢∁'], ['t', '₸⊺'], ['v', '℣'], ['l', 'ǃ'], ['t', 'ǂ'],
  // words in one symbol
  ['ab', '🆎'], ['cl', '🆑'], ['cool', '🆒'], ['free', '🆓'], ['ld', '🆔'], ['new', '🆕'], ['ng', '🆖'], ['ok', '🆗'], ['sos', '🆘'], ['up', '🆙'], ['vs', '🆚'],
];

/**
 * Symbols that stand for a letter, but only between two letters (`r○blox`, `g🌐🌐gle`, `m△trix`): elsewhere they adorn honest names.
 */
export const SOFT_EXTRAS: readonly FoldExtra[] = [
  ['o', '○◯●◉◎◌⚪⚫⬤⭘❍⚬⊕⊖⊗⊘⊛⊜⊝◐◑◒◓☯☺☻⚽⚾🔴🟠🟡🟢🔵🟣🟤🌐🌍🌎🌏🌑🌕🌝💿📀🎯🍩🏀🏐🪙⩂⩍᭵'],
  ['a', '△▲▵▴⏶🔺🔼★☆⍲'], ['v', '▽▼▿▾∇⏷🔻🔽⍒⍢⍱'], ['x', '✗✘❌❎☓⤫⤬'], ['t', '✚✛✙➕☩♰♱⟂⊥┬┼'], ['l', '⌶⎿∟└╿╽❙❚।꡶꣎꤯꫰𑅁𑑋𑪛꜑꜖𑩂𑱁᪨᰻'], ['u', '⊍⊎⨄'], ['m', '♏♍〽🕅'], ['s', '💲꒚'], ['j', '⌋⌉」｣⁆'], ['e', '♇⹍'], ['y', '⋎⅄'], ['r', '🝈'],
];

/** Full stops in other writing systems, and what is drawn as one: `matrix․org`. */
export const DOTS = '.․。｡·•∙⋅・･﹒．܁܂۔٠۰꘎⸳⸱᛫‧🄀⸰◦';
/** Colons and what is drawn as one. */
export const COLONS = ':：︓﹕։׃܃܄᛬∶ː˸꞉ःઃ⁚';

/** Blank in most fonts, though Unicode calls them letters or symbols. */
export const BLANKS = `\u2800\u3164\uffa0\u115f\u1160\u17b4\u17b5\u180e\u034f${range(0x1d173, 0x1d17a)}`;

/** Put behind a name as an ornament; their compatibility forms ("tm") would spoil the comparison. */
export const BADGES = '™℠®©℗ª';
