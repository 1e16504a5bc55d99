import { describe, expect, test } from 'vitest';
import { findPersonalData, loadPhoneFinder, PERSONAL_DATA, phoneFinder } from '#app/redaction/personal-data.js';

const found = (text: string): [string, string][] =>
  findPersonalData(text, PERSONAL_DATA).map(({ start, end, label }) => [label, text.slice(start, end)]);

describe('personal data by its form', () => {
  test.each<[string, [string, string][]]>([
    ['Mail mina.roy@vextor.example, please', [['EMAIL_ADDRESS', 'mina.roy@vextor.example']]],
    ['Mail <neill+news@sub.example.org>.', [['EMAIL_ADDRESS', 'neill+news@sub.example.org']]],
    ['See https://example.org/a?b=1 now', [['URL', 'https://example.org/a?b=1']]],
    ['host 192.168.0.12 and 10.0.0.300', [['IP_ADDRESS', '192.168.0.12']]],
    ['version 1.2.3 of 1.2.3.4.5', []],
    ['at 2001:db8::8a2e:370:7334 today', [['IP_ADDRESS', '2001:db8::8a2e:370:7334']]],
    ['at 12:30 and 12:30:45', []],
    ['to DE89 3704 0044 0532 0130 00 by Monday', [['IBAN_CODE', 'DE89 3704 0044 0532 0130 00']]],
    ['to GB82WEST12345698765432.', [['IBAN_CODE', 'GB82WEST12345698765432']]],
    ['to GB82WEST12345698765433.', []],
    ['card 4111 1111 1111 1111, thanks', [['CREDIT_CARD', '4111 1111 1111 1111']]],
    ['card 5500-0000-0000-0004', [['CREDIT_CARD', '5500-0000-0000-0004']]],
    ['order 4111 1111 1111 1112', []],
    ['a4111111111111111 is no card', []],
    ['', []],
  ])('%j', (text, expected) => {
    expect(found(text)).toEqual(expected);
  });

  test('only the kinds that are asked for', () => {
    const text = 'a@b.org, 192.168.0.12';
    expect(findPersonalData(text, ['IP_ADDRESS']).map(({ label }) => label)).toEqual(['IP_ADDRESS']);
    expect(findPersonalData(text, [])).toEqual([]);
  });

  test('long runs of what might be one end', () => {
    for (const part of ['1', '1 ', 'A1', 'DE00', ':', 'a@', '1.', '4111 ', 'http://'])
      expect(findPersonalData(part.repeat(20_000), PERSONAL_DATA).length).toBeLessThan(20_000);
  });
});

describe('telephone numbers', () => {
  test('with a country code, and those of the region', async () => {
    const text = 'Call +44 20 7946 0958 or (212) 555-0199; order 12345';
    const numbersOf = async (region?: string) => {
      const phones = await phoneFinder(region);
      return findPersonalData(text, ['PHONE_NUMBER'], phones).map(({ start, end }) => text.slice(start, end));
    };
    expect(await numbersOf()).toEqual(['+44 20 7946 0958']);
    expect(await numbersOf('US')).toEqual(['+44 20 7946 0958', '(212) 555-0199']);
  });

  test('a region that is none is refused', async () => {
    await expect(phoneFinder('XX')).rejects.toThrow(/region: expected two letters as in ISO 3166, found "XX"/);
  });

  test('telephone numbers are found wherever slices of a long text begin, and given up after the time they may take', () => {
    const phones = loadPhoneFinder()!;
    for (const before of [9_970, 9_985, 9_999, 10_000, 20_001]) {
      const text = `${'x'.repeat(before)} +41 44 668 18 00 x`;
      const found = phones(text).filter(({ start, end }) => text.slice(start, end) === '+41 44 668 18 00');
      expect(found).toHaveLength(1);
    }
    const hurried = loadPhoneFinder({ mostMs: 0 })!;
    expect(hurried('+41 44 668 18 00')).toHaveLength(1);
    expect(() => hurried('1 '.repeat(10_000))).toThrow(/expected to have looked for them within 0 s/);
  });
});
