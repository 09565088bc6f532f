/**
 * Names of one script are told apart by their own letters; the wide fold is for crossing from one script to another.
 */
import { describe, expect, it } from '@jest/globals';
import { loadRules } from '../../src/config/rules.js';
import { createDetector } from '../../src/detection/index.js';
import { nativeDistance, nativeOf } from '../../src/detection/native.js';

const rules = loadRules();
const level = (official: string, displayName: string) =>
  createDetector(
    [{ userId: '@off1x:off1x.example', displayNames: [official], avatars: [], domains: [], rooms: [], variants: [] }],
    rules,
  ).inspect({ userId: '@u8472:b.test', displayName }).verdict;

describe('a protected name in another script', () => {
  it('is not taken for names of the same script whose letters only fold alike', () => {
    for (const [official, other] of [
      ['Нина Павлова', 'Лида Пилкова'],
      ['Лина Попова', 'Нила Топова'],
      ['ნინო ბერიძე', 'ბიბო ნერიძე'],
      ['კახა ვაჩნაძე', 'ვანო კაჭარავა'],
      ['Նարեկ Սարգսյան', 'Տիգրան Մանուկյան'],
      ['กานดา บุญมี', 'ทองดี ปานมา'],
      ['Βάσω Νίκου', 'Ράσω Πήκου'],
    ] as const)
      expect([official, other, level(official, other)]).toEqual([official, other, 'none']);
  });

  it('is not taken for a name that differs by a letter of its own alphabet', () => {
    for (const [one, other] of [
      ['سعيد', 'شعيد'],
      ['رضا', 'ژضا'],
      ['ثامر', 'يامر'],
      ['حسن', 'څسن'],
      ['Θάνος', 'Σάνος'],
      ['Գոռ', 'Գող'],
      ['ชัย', 'ซัย'],
      ['భారతి', 'బారతి'],
      ['රඛිල්', 'රබිල්'],
      ['ដារា', 'តារា'],
      ['לוי', 'לו'],
      ['だいち', 'たいち'],
    ] as const)
      expect([one, other, nativeDistance(nativeOf(one)!, other)]).not.toEqual([one, other, 0]);
  });

  it('is the same in another form of its letters', () => {
    for (const [one, other] of [
      ['中國銀行', '中国银行'],
      ['さくら', 'サクラ'],
      ['أحمد', 'احمد'],
      ['علي', 'على'],
      ['کریم', 'كريم'],
      ['ﺳﻌﻴﺪ', 'سعيد'],
      ['שָׁלוֹם', 'שלום'],
      ['한빛', 'ㅎㅏㄴㅂㅣㅊ'],
      ['ミライペイ', 'ﾐﾗｲﾍﾟｲ'],
    ] as const)
      expect([one, other, nativeDistance(nativeOf(one)!, other)]).toEqual([one, other, 0]);
  });

  it('is seen in other capitals, with accents, a slip, and letters of other scripts that look alike', () => {
    for (const [official, other] of [
      ['Служба поддержки Весна', 'СЛУЖБА ПОДДЕРЖКИ ВЕСНА'],
      ['Служба поддержки Весна', 'Слyжба пoддержки Веcна'],
      ['Служба поддержки Весна', 'Служба подержки Весна'],
      ['Служба поддержки Весна', 'Служба п0ддержки Весна'],
      ['Ελληνική Τράπεζα', 'Ελληνικη Τραπεζα'],
      ['Ελληνική Τράπεζα', 'ΕΛΛΗΝΙΚΗ ΤΡΑΠΕΖΑ'],
      ['Ελληνική Τράπεζα', 'Eλληνική Tράπεζα'],
      ['საქართველოს ბანკი', 'საქართველოს ბანკი ✅'],
      ['საქართველოს ბანკი', 'საქართველოოს ბანკი'],
      ['بنك الأمانة الرسمي', 'بنك الامانة الرسمي'],
      ['بنك الأمانة الرسمي', 'بنك الأمانة الرسمی'],
    ] as const) {
      expect([other, level(official, other)]).not.toEqual([other, 'none']);
      expect([other, level(official, other)]).not.toEqual([other, 'possible']);
    }
  });

  it('is compared as it folds with everything that is not wholly in its script', () => {
    const native = nativeOf('Весна')!;
    for (const name of [
      'بنك الأمانة الرسمي',
      'Ελληνική Τράπεζα',
      'Синий йод',
      '한국 은행',
      'さくらがんばる',
      'कमला देवी',
      'กำแพง',
    ])
      for (const form of ['NFC', 'NFD'] as const)
        expect([name, nativeDistance(nativeOf(name)!, name.normalize(form))]).toEqual([name, 0]);
    for (const text of ['Bесна', 'Ве5на', 'Ве$на', 'Βесна', 'Весна1', '𝐁есна'])
      expect([text, nativeDistance(native, text)]).toEqual([text, undefined]);
    expect(nativeDistance(native, 'ВЕСНА')).toBe(0);
    expect(nativeDistance(native, 'Весна ✅')).toBe(0);
    expect(nativeDistance(native, 'Весла')).toBe(1);
    expect(nativeDistance(native, 'Сосна')).toBe(Infinity);
    expect(nativeDistance(native, 'в'.repeat(400))).toBeUndefined();
    for (const name of ['Matrix', 'Весна Group', '24', '★']) expect(nativeOf(name)).toBeUndefined();
  });
});
