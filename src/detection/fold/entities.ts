/**
 * HTML character names (`&nbsp;`, `&eacute;`, `&acy;`) that can hide or change letters of a name. Latin letters with
 * marks are composed from their names; the others are listed.
 */
const MARKS: Readonly<Record<string, string>> = {
  grave: '\u0300',
  acute: '\u0301',
  circ: '\u0302',
  tilde: '\u0303',
  macr: '\u0304',
  breve: '\u0306',
  dot: '\u0307',
  uml: '\u0308',
  ring: '\u030a',
  caron: '\u030c',
  cedil: '\u0327',
  ogon: '\u0328',
  slash: '\u0338',
  strok: '\u0335',
};
const BLANKS =
  'nbsp ensp emsp thinsp hairsp puncsp numsp Tab NewLine shy zwnj zwj lrm rlm ZeroWidthSpace NoBreak ' +
  'NonBreakingSpace InvisibleTimes InvisibleComma ApplyFunction';
const LISTED: ReadonlyMap<string, string> = new Map([
  ...BLANKS.split(' ').map((name): [string, string] => [
    name,
    /^(?:shy|zw|lrm|rlm|Zero|NoBreak|Inv|App)/.test(name) ? '' : ' ',
  ]),
  ...pairs(
    'amp& lt< gt> quot" apos\' commat@ colon: period. sol/ num# lpar( rpar) lsqb[ rsqb] dash‐ ndash– mdash— ' +
      'hyphen‐ lowbar_ verbar| middot· bull• hellip… dollar$ excl! plus+ percnt% equals=',
  ),
  ...pairs(
    'szlig\u00df aelig\u00e6 AElig\u00c6 oelig\u0153 OElig\u0152 inodot\u0131 imath\u0131 ' +
      'thorn\u00fe eth\u00f0 kgreen\u0138 eng\u014b',
  ),
  ...pairs(
    'alphaα betaβ gammaγ deltaδ epsilonε epsiε zetaζ etaη thetaθ iotaι kappaκ lambdaλ muμ nuν xiξ omicronο piπ ' +
      'rhoρ sigmaσ sigmafς tauτ upsilonυ upsiυ phiφ chiχ psiψ omegaω',
  ),
  ...pairs(
    'AlphaΑ BetaΒ GammaΓ DeltaΔ EpsilonΕ ZetaΖ EtaΗ ThetaΘ IotaΙ KappaΚ LambdaΛ MuΜ NuΝ XiΞ OmicronΟ PiΠ RhoΡ ' +
      'SigmaΣ TauΤ UpsilonΥ PhiΦ ChiΧ PsiΨ OmegaΩ',
  ),
  ...pairs(
    'acyа bcyб vcyв gcyг dcyд iecyе iocyё zhcyж zcyз icyи jcyй kcyк lcyл mcyм ncyн ocyо pcyп rcyр scyс tcyт ' +
      'ucyу fcyф khcyх tscyц chcyч shcyш shchcyщ hardcyъ ycyы softcyь ecyэ yucyю yacyя iukcyі yicyї jsercyј dscyѕ',
  ),
  ...pairs(
    'AcyА BcyБ VcyВ GcyГ DcyД IEcyЕ IOcyЁ ZHcyЖ ZcyЗ IcyИ JcyЙ KcyК LcyЛ McyМ NcyН OcyО PcyП RcyР ScyС TcyТ ' +
      'UcyУ FcyФ KHcyХ TScyЦ CHcyЧ SHcyШ IukcyІ JsercyЈ DScyЅ',
  ),
]);

/** `gammaγ`: the last character is the one that the name represents. */
function pairs(list: string): [string, string][] {
  return list.split(' ').map((pair) => [pair.slice(0, -1), pair.slice(-1)]);
}

/** The character with this name; undefined for unknown names. */
export function characterOf(name: string): string | undefined {
  const listed = LISTED.get(name);
  if (listed !== undefined) return listed;
  const mark = MARKS[name.slice(1)];
  return mark === undefined ? undefined : name.charAt(0) + mark;
}
