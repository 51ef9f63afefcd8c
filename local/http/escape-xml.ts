/**
 * Text as it may stand in XML. Control characters become references, as S3 writes them: XML 1.0 has no other way to carry
 * a key that contains them, and a bare carriage return would be read back as a line feed.
 */
export function escapeXml(text: string): string {
  return NEEDS_ESCAPE.test(text) ? text.replace(ESCAPED, (char) => NAMED[char] ?? `&#${char.charCodeAt(0)};`) : text;
}

const NEEDS_ESCAPE = /[&<>"'\u0000-\u0008\u000b-\u001f]/;

const ESCAPED = /[&<>"'\u0000-\u0008\u000b-\u001f]/g;
const NAMED: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};
