// Controls, directions, zero-width characters and halves of surrogate pairs, which would hide or reorder text.
const HIDDEN =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

// Text of which nothing would be seen: spaces of all kinds, fillers, selectors.
const BLANK = /^[\p{Z}\p{Default_Ignorable_Code_Point}\u2800]+$/u;

const SHORT: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

const escape = (unit: string) => SHORT[unit] ?? `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;

// The text with JSON's escapes in place of characters that cannot be seen.
export function visible(text: string): string {
  return BLANK.test(text) ? text.replace(/[^]/g, escape) : text.replace(HIDDEN, escape);
}
