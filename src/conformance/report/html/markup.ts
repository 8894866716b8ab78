/** Text that is HTML already. Everything else is escaped where it is put into some. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Content = string | number | Markup | readonly Markup[];

/** HTML with content in it, escaped unless it is markup itself. Attributes must stand in double quotes. */
export const html = (texts: TemplateStringsArray, ...contents: readonly Content[]): Markup =>
  new Markup(
    texts.map((text, index) => `${index === 0 ? '' : textOf(contents[index - 1])}${text}`).join(''),
  );

const textOf = (content: Content | undefined): string => {
  if (content === undefined) return '';
  if (content instanceof Markup) return content.text;
  if (typeof content === 'object') return content.map(({ text }) => text).join('');
  return escapeText(String(content));
};

/**
 * What would not be seen, or would change how the text around it is read: controls, marks that turn the direction of
 * writing, spaces without width, and halves of characters.
 */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escapeText = (text: string): string =>
  text
    .replace(UNSEEN, (character) => {
      const code = (character.codePointAt(0) ?? 0).toString(16);
      return code.length > 2 ? `\\u{${code}}` : `\\x${code.padStart(2, '0')}`;
    })
    .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
