/** Replaces an erased person. No such account can exist (RFC 2606). */
const ERASED = '@erased:erased.invalid';

/** What may follow an id for it to be a mention: `@a:x.org` is not mentioned in `@a:x.org.evil` or `@a:x.orgs`. */
const GOES_ON = /^[\w-]|^[.:][\w-]/;

/** The spellings of an id in texts, JSON and links. */
function formsOf(userId: string): string[] {
  return [...new Set([userId, JSON.stringify(userId).slice(1, -1), encodeURIComponent(userId)])];
}

/** Whether a text mentions exactly this id. */
export function mentionedIn(text: string, userId: string): boolean {
  return formsOf(userId).some((form) => placesOf(text, form).length > 0);
}

function placesOf(text: string, form: string): number[] {
  const places: number[] = [];
  for (let at = text.indexOf(form); at >= 0; at = text.indexOf(form, at + form.length))
    if (!GOES_ON.test(text.slice(at + form.length, at + form.length + 2))) places.push(at);
  return places;
}

function replaced(text: string, userId: string): string {
  let fresh = text;
  for (const form of formsOf(userId))
    for (const at of placesOf(fresh, form).reverse())
      fresh = fresh.slice(0, at) + ERASED + fresh.slice(at + form.length);
  return fresh;
}

/**
 * A text without the person. In JSON, what the person wrote is removed completely: events that they sent, the text of a
 * report that they made.
 */
export function withoutPerson(text: string, userId: string): string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return replaced(text, userId);
  }
  return typeof value === 'object' && value !== null ? JSON.stringify(cleaned(value, userId)) : replaced(text, userId);
}

function cleaned(value: unknown, userId: string): unknown {
  if (typeof value === 'string') return replaced(value, userId);
  if (Array.isArray(value)) return value.filter((item) => !isTheirs(item, userId)).map((item) => cleaned(item, userId));
  if (typeof value !== 'object' || value === null) return value;
  const theirReport = 'reporter' in value && value.reporter === userId;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => !isTheirs(item, userId))
      .map(([key, item]) => [
        replaced(key, userId),
        theirReport && (key === 'reason' || key === 'description') ? '' : cleaned(item, userId),
      ]),
  );
}

/** An event that they sent, or about their membership. */
function isTheirs(value: unknown, userId: string): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { sender, state_key: stateKey, content } = value as Record<string, unknown>;
  return content !== undefined && (sender === userId || stateKey === userId);
}
