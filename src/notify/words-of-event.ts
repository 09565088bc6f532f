const EXCERPT = 300;

/** What was written: the text itself, of an edit the new one. */
export function wordsOf(event: Record<string, unknown> | undefined): string {
  const content = event?.content as Record<string, unknown> | undefined;
  const edited = content?.['m.new_content'] as Record<string, unknown> | undefined;
  const text = [edited?.body, content?.body, content?.displayname].find(
    (value) => typeof value === 'string' && value !== '',
  );
  return typeof text !== 'string' ? '' : text.length > EXCERPT ? `${text.slice(0, EXCERPT)}…` : text;
}
