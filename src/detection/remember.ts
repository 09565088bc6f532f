/** Results of pure functions on texts: while a resemblance is weighed, the same few are asked for again and again. */

const REMEMBERED = 512;
/** Longer texts are rare and take memory. */
const LONGEST_REMEMBERED = 128;

/** The same function, with its latest results remembered. They are shared, so nobody may change them. */
export function remembering<Result extends object | string | number | boolean>(
  answer: (text: string) => Result,
): (text: string) => Result {
  const remembered = new Map<string, Result>();
  return (text) => {
    if (text.length > LONGEST_REMEMBERED) return answer(text);
    const known = remembered.get(text);
    if (known !== undefined) return known;
    const result = answer(text);
    if (remembered.size >= REMEMBERED) remembered.clear();
    remembered.set(text, result);
    return result;
  };
}
