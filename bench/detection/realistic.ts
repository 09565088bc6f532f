/**
 * Two hundred identities as they are protected in the world: organisations, banks, projects, shops and desks of all
 * scripts, and people who are impersonated. Made up, in the manner of real ones.
 */
import type { ProtectedIdentity } from '../../src/detection/index.js';

/** One a line: localpart, domain, official display name. */
const ORGANISATIONS = `
server novamatrix.org Novamatrix.org (Official Account)|support krakenpay.com Krakenpay Support|steward openatlas.org Openatlas Stewards|club datenreisen.de Datenreisen Computer Club
help oreilly-press.com O'Malley Press – Help|foundation gnuzilla.org Gnuzilla Foundation|moderation nixlab.org NixLab Moderation|helpdesk pay24x7.app Pay24x7 Helpdesk
security vaultic.io Vaultic Security Team|assist creditmont.fr Crédit Montagnard – Assistance|it-support uni-talheim.de Universität Talheim IT-Support|info sparhaus.de Sparhaus Bausparkasse
wallet hardledger.io Hardledger Wallet|desk tradebridge.com Tradebridge Service Desk|abuse fjordmail.no Fjordmail Abuse Desk|press globewire.org Globewire Press Office
ops cloudharbor.dev Cloudharbor Operations|admin linuxtreff.de Linuxtreff Administration|care medistar.health Medistar Patient Care|news lumenpost.org Lumenpost News
donate redlantern.org Red Lantern Appeal|team fridayrebels.org Rebels for Future|bot metroinfo.city Metro Info Bot|mail posthorn.ch Posthorn Mail Service
game blizzfort.gg Blizzfort Games|store epicforge.com Epicforge Store|steam valvecraft.com Valvecraft Community|shop kaufgut.de Kaufgut Kundenservice
bank banque-alpine.fr Banque Alpine Conseillers|banco bancosol.es Banco del Sol Atención|banca bancamare.it Banca del Mare Assistenza|caixa caixanova.pt Caixa Nova Apoio ao Cliente
bank nordbanken.se Nordbanken Kundtjänst|pankki pohjapankki.fi Pohjapankki Asiakaspalvelu|bank danbanken.dk Danbanken Kundeservice|bank polbank.pl Bank Polny Obsługa Klienta
banka ceskabanka.cz Česká Záložna Podpora|bank erdelybank.hu Erdély Takarék Ügyfélszolgálat|banca carpatbank.ro Banca Carpați Asistență|banka anadolu.com.tr Anadolu Bankası Destek
nganhang saomai.vn Ngân hàng Sao Mai|bank bankmaju.co.id Bank Maju Layanan|bank bankjaya.my Bank Jaya Khidmat|bangko bangkomabini.ph Bangko Mabini Tulong
vesna vesnabank.ru Служба поддержки Весна|zarya zaryapay.ru Заря Платежи|sever severbank.ru Северный Банк|rodnik rodnik.ru Родник Администрация
svitanok svitanok.ua Світанок Підтримка|dnipro dniprobank.ua Дніпровський Банк|sofia sofiabank.bg Софийска Банка Поддръжка|beograd beobanka.rs Београдска Банка Подршка
athina athinabank.gr Τράπεζα Αθηνών Υποστήριξη|thalassa thalassa.gr Θάλασσα Πληρωμές|ararat araratbank.am Արարատ Բանկ Աջակցություն|kazbegi kazbegi.ge ყაზბეგის ბანკი
galil bankgalil.co.il בנק הגליל|shaham shaham.co.il בית חולים שחם|negev negevpay.co.il נגב תשלומים תמיכה|carmel carmel.co.il אוניברסיטת הכרמל
amal bankamal.com مصرف الأمل الرسمي|noor noorpay.com نور للمدفوعات|salam salambank.com بنك السلام الدولي|barq barqmail.com خدمة بريد البرق
omid omidbank.ir بانک امید پشتیبانی|sepid sepidpay.ir پرداخت سپید|amanat amanat.pk بینک امانت سروس|roshni roshni.pk روشنی ادائیگی
bharatdak bharatdak.in भारत डाक सेवा|loksewa loksewa.in लोक सेवा केंद्र|suryabank suryabank.in सूर्य बैंक सहायता|himalaya himalaya.np हिमालय बैंक
padma padmabank.bd পদ্মা ব্যাংক সহায়তা|meghna meghna.bd মেঘনা ডাক|kaveri kaveribank.in காவேரி வங்கி|godavari godavari.in గోదావరి బ్యాంకు
tunga tunga.in ತುಂಗಾ ಬ್ಯಾಂಕ್|periyar periyar.in പെരിയാർ ബാങ്ക്|sabar sabar.in સાબર બેંક|mahaweli mahaweli.lk මහවැලි බැංකුව
maenam maenam.co.th ธนาคารแม่น้ำ|dokbua dokbua.co.th ธนาคารดอกบัว|mekong mekong.la ທະນາຄານແມ່ນ້ຳ|angkor angkorbank.kh ធនាគារអង្គរ
ayeya ayeya.mm ဧရာဝတီဘဏ်|abay abaybank.et ዓባይ ባንክ|sakura sakura-bank.jp さくら銀行 公式アカウント|miraipay miraipay.jp ミライペイ サポート
aozora aozora.jp あおぞら信用金庫|hinode hinode.jp ひので通信 お客様窓口|changcheng changchengbank.cn 长城银行官方客服|tonghua tonghua.cn 通华支付 官方客服
huaxing huaxing.cn 华星科技有限公司|guangming guangming.tw 光明電子支付|yushan yushanbank.tw 玉山商業銀行 客服|xianggang harbourbank.hk 香江銀行客戶服務
hanbit hanbitbank.kr 한빛은행 고객센터|narae naraepay.kr 나래페이 공식|saebom saebom.kr 새봄통신|hangang hangang.kr 한강증권 고객지원
foxfire foxfire.chat Foxfire|mozaic mozaic.org Mozaic|lemurian lemurian.net Lemurian|spotlify spotlify.com Spotlify
coinforge coinforge.io Coinforge|metavault metavault.app MetaVault|threadline threadline.im Threadline|bitbucketeer bitbucketeer.dev Bitbucketeer
telemarket telemarket.ru Телемаркет|kinopark kinopark.ru Кинопарк|rakuda rakuda.jp ラクダ|weiquan weiquan.cn 维权支付
`;
const PEOPLE = `
amandine novamatrix.org Amandine Lapeyre|j.whitcombe openatlas.org Jonathan Whitcombe|mbauer datenreisen.de Matthias Bauerfeind|kowalska polbank.pl Agnieszka Kowalczewska
odriscoll fjordmail.no Siobhán O'Driscoll|fernandez bancosol.es Guillermo Fernández Ruiz|rossetti bancamare.it Giulia Rossettini|moreau creditmont.fr Étienne Moreau-Lefèvre
lindqvist nordbanken.se Åsa Lindqvist|virtanen pohjapankki.fi Mikko Virtaharju|novotny ceskabanka.cz Jiří Novotňák|szabo erdelybank.hu Szabolcsi Márton
nguyenvanan saomai.vn Nguyễn Văn Ân|tran saomai.vn Trần Thị Ngọc Lan|yilmaz anadolu.com.tr Gülşen Yıldırım|santos bangkomabini.ph Maria Clara Santos
ivanov severbank.ru Дмитрий Иволгин|petrova zaryapay.ru Инна Петровская|shevchuk svitanok.ua Оксана Шевчишина|dimitrov sofiabank.bg Красимир Димитров
papadakis athinabank.gr Νίκος Παπαδάκης|sargsyan araratbank.am Տիգրան Սարգսյան|beridze kazbegi.ge ნინო ბერიძე|levi bankgalil.co.il דוד לוי
ohayon bankgalil.co.il שירי אוחיון|mahmoud bankamal.com محمود علي حسن|fatima salambank.com فاطمة الزهراء|hosseini omidbank.ir رضا حسینی
khan amanat.pk عائشہ خان|sharma bharatdak.in मीना शर्मा|patil suryabank.in राजेश पाटिल|rahman padmabank.bd শফিক রহমান
somchai maenam.co.th สมชาย ใจดี|tanaka sakura-bank.jp 田中 ユキ|sato miraipay.jp 佐藤 はるの|kobayashi aozora.jp 小林 真央
zhanglei changchengbank.cn 张磊|wangfang tonghua.cn 王芳芳|chen yushanbank.tw 陳美玲|kimminji hanbitbank.kr 김민지
park naraepay.kr 박서준|smith openatlas.org Emily Smithson|brown openatlas.org David Brownlow|miller krakenpay.com Sarah Millerson
`;
/** Roles of a house that protects each desk for itself. */
const DESKS = ['support', 'security', 'moderation', 'admin'];
const HOUSES = [
  ['Zephyrnet', 'zephyrnet.org'],
  ['Quillmark', 'quillmark.com'],
  ['Ostrava Hackers', 'ostravahackers.cz'],
  ['Blauwal', 'blauwal.de'],
  ['Tavernpost', 'tavernpost.io'],
  ['Citadelle', 'citadelle.fr'],
  ['Orchidea', 'orchidea.it'],
  ['Monteverde', 'monteverde.pt'],
  ['Kvarnholm', 'kvarnholm.se'],
  ['Drachenfels', 'drachenfels.de'],
  ['Oakhollow', 'oakhollow.org'],
  ['Sunderbay', 'sunderbay.net'],
] as const;

const identity = (localpart: string, domain: string, displayName: string): ProtectedIdentity => ({
  userId: `@${localpart}:${domain}`,
  displayNames: [displayName],
  domains: [domain],
  avatars: [],
  rooms: [],
  variants: [],
});

function listed(list: string): ProtectedIdentity[] {
  return list
    .trim()
    .split(/[|\n]/)
    .map((line) => {
      const [, localpart, domain, name] = /^(\S+) (\S+) (.*)$/u.exec(line) ?? [];
      return identity(localpart!, domain!, name!);
    });
}

export const ORGANISATIONS_PROTECTED: readonly ProtectedIdentity[] = listed(ORGANISATIONS);
export const PEOPLE_PROTECTED: readonly ProtectedIdentity[] = listed(PEOPLE);
/** All of them: more than two hundred with the desks of each house. */
export const REALISTIC: readonly ProtectedIdentity[] = [
  ...ORGANISATIONS_PROTECTED,
  ...PEOPLE_PROTECTED,
  ...HOUSES.flatMap(([house, domain]) =>
    DESKS.map((desk) => identity(desk, domain, `${house} ${desk[0]!.toUpperCase()}${desk.slice(1)}`)),
  ),
];
