import { decodeHTMLStrict } from 'entities/decode';
import { createReadableTextBuilder, type ReadableText } from './readable-text.js';

/**
 * The text of HTML: character references decoded; tags, comments, scripts and styles left out; white space folded but in
 * `pre`. Elements in running text (`b`, `a`, `span` …) leave no trace, cells of a table become tabs, blocks blank lines.
 * It takes fragments and faulty HTML as browsers do: a `<` that begins no tag is a character. Time is linear.
 */
export function readHtml(source: string): ReadableText {
  const out = createReadableTextBuilder(source);
  let isOpenTagPossible = true; // false once a tag was found to have no end
  let preformatted = 0;
  let at = 0;

  while (at < source.length) {
    const character = source[at];
    if (character === '<' && isOpenTagPossible) {
      const markup = readMarkup(source, at);
      if (markup === 'unfinished') {
        isOpenTagPossible = false;
      } else if (markup !== undefined) {
        const { name, isEnd } = markup;
        if (name === 'pre' || name === 'textarea') preformatted = Math.max(0, preformatted + (isEnd ? -1 : 1));
        out.replace(BREAKS.get(name) ?? (name.includes('-') || !INLINE.has(name) ? UNKNOWN : ''), at, markup.end);
        at = markup.end;
        continue;
      }
    } else if (character === '&') {
      const reference = readReference(source, at);
      if (reference !== undefined) {
        out.replace(reference.characters, at, reference.end);
        at = reference.end;
        continue;
      }
    } else if (preformatted === 0 && isSpace(character)) {
      const end = matchEnd(WHITE_SPACE, source, at);
      out.replace(' ', at, end);
      at = end;
      continue;
    }
    const end = Math.max(at + 1, matchEnd(preformatted > 0 ? PREFORMATTED : PLAIN, source, at));
    out.copy(at, end);
    at = end;
  }
  return out.build();
}

/** Whether a text that was given as plain is HTML by all appearances: two tags that HTML knows, or a character reference. */
export function looksLikeHtml(text: string): boolean {
  const sample = text.slice(0, SAMPLE);
  const tags = sample.match(KNOWN_TAG)?.length ?? 0;
  return tags >= 2 || COMMON_REFERENCE.test(sample) || /^\s*<(?:!doctype html|html)\b/i.test(sample);
}

const SAMPLE = 20_000;
const KNOWN_TAG =
  /<\/?(?:a|b|body|br|div|em|h[1-6]|head|html|i|img|li|ol|p|span|strong|table|tbody|td|th|tr|ul)(?:\s[^<>]{0,300})?\/?>/gi;
const COMMON_REFERENCE =
  /&(?:amp|nbsp|lt|gt|quot|apos|rsquo|lsquo|ldquo|rdquo|ndash|mdash|hellip|#\d{2,6}|#x[\da-f]{2,6});/i;

const PLAIN = /[^<&\s]+/y;
const PREFORMATTED = /[^<&]+/y;
const WHITE_SPACE = /[ \t\r\n\f]+/y;
const isSpace = (character: string): boolean => ' \t\r\n\f'.includes(character);

function matchEnd(sticky: RegExp, source: string, at: number): number {
  sticky.lastIndex = at;
  return sticky.test(source) ? sticky.lastIndex : at;
}

interface Markup {
  /** In small letters; '' for comments and declarations. */
  readonly name: string;
  readonly isEnd: boolean;
  /** After the tag, and after all of a script or style. */
  readonly end: number;
}

const TAG_NAME = /<\/?([A-Za-z][A-Za-z0-9:-]*)/y;

/** What begins at a `<`; undefined where it is a character of the text. */
function readMarkup(source: string, at: number): Markup | 'unfinished' | undefined {
  if (source.startsWith('<!--', at)) return upTo(source, at + 4, '-->');
  if (source.startsWith('<![CDATA[', at)) return upTo(source, at + 9, ']]>');
  if (source[at + 1] === '!' || source[at + 1] === '?') return upTo(source, at + 2, '>');
  TAG_NAME.lastIndex = at;
  const found = TAG_NAME.exec(source);
  if (found === null) return undefined;
  const name = found[1].toLowerCase();
  const isEnd = source[at + 1] === '/';
  const end = tagEnd(source, TAG_NAME.lastIndex);
  if (end === undefined) return 'unfinished';
  if (isEnd || !UNREAD.has(name)) return { name, isEnd, end };
  const closing = new RegExp(`</${name}[^>]*>`, 'gi');
  closing.lastIndex = end;
  return { name: '', isEnd: true, end: closing.test(source) ? closing.lastIndex : source.length };
}

/** After the `>` that ends a tag, quoted values of attributes left aside. */
function tagEnd(source: string, from: number): number | undefined {
  for (let at = from; at < source.length; at++) {
    const character = source[at];
    if (character === '>') return at + 1;
    const isQuote = character === '"' || character === "'";
    if (!isQuote || !/=\s*$/.test(source.slice(Math.max(from, at - 8), at))) continue;
    const closing = source.indexOf(character, at + 1);
    if (closing === -1) return undefined;
    at = closing;
  }
  return undefined;
}

function upTo(source: string, from: number, mark: string): Markup {
  const end = source.indexOf(mark, from);
  return { name: '', isEnd: false, end: end === -1 ? source.length : end + mark.length };
}

interface Reference {
  readonly characters: string;
  readonly end: number;
}

const REFERENCE = /&(?:#[xX][\dA-Fa-f]{1,8}|#\d{1,9}|[A-Za-z][A-Za-z\d]{1,31});/y;
/** Those that pages of old write without a semicolon. */
const UNFINISHED_REFERENCE = /&(?:amp|lt|gt|quot|nbsp|copy|reg)(?![A-Za-z\d=])/y;

function readReference(source: string, at: number): Reference | undefined {
  for (const pattern of [REFERENCE, UNFINISHED_REFERENCE]) {
    const end = matchEnd(pattern, source, at);
    if (end === at) continue;
    const written = source.slice(at, end);
    const characters = decodeHTMLStrict(written.endsWith(';') ? written : `${written};`);
    if (characters !== written) return { characters: characters === '\u00A0' ? ' ' : characters, end };
  }
  return undefined;
}

/** Elements whose content nobody reads. */
const UNREAD = new Set(['script', 'style', 'template', 'noscript', 'svg', 'math', 'iframe', 'object']);
/** Elements of running text: a word may go on through them. */
const INLINE = new Set(
  `a abbr acronym b bdi bdo big cite code data del dfn em font i img ins kbd label mark meter nobr output q rp rt ruby s samp
  small span strike strong sub sup time tt u var wbr`
    .split(/\s+/)
    .concat(''),
);
/** For elements that are not of HTML: a wide gap, so that no name runs from one into the next. */
const UNKNOWN = '\t';
/** What the edge of an element reads as. */
const BREAKS = new Map<string, string>([
  ['br', '\n'],
  ['td', '\t'],
  ['th', '\t'],
  ...`address article aside blockquote body button caption center dd details dialog div dl dt fieldset figcaption figure footer form
    h1 h2 h3 h4 h5 h6 head header hgroup hr html legend li main menu nav ol optgroup option p pre section select summary table
    tbody tfoot thead textarea title tr ul`
    .split(/\s+/)
    .map((name): [string, string] => [name, '\n\n']),
]);
