import { UnreadableFile } from "../unreadable-file.ts";

/** What is told of a document's XML as it is gone through; names are without their prefix. */
export interface XmlReader {
  /** @param attributes as they are written, for `attribute` */
  open?(name: string, attributes: string): void;
  close?(name: string): void;
  text?(text: string): void;
}

const [LESS, MORE, SLASH, BANG, QUESTION, QUOTE, APOSTROPHE] = [..."<>/!?\"'"].map((c) => c.charCodeAt(0));

/**
 * Goes through XML once, from the bytes, and keeps nothing: it takes no more memory than its longest text.
 * Entities that a document declares are never made, as no office program writes any: XML bombs are built of them.
 * @throws UnreadableFile where it is no XML, is cut off, or declares a document type
 */
export function scanXml(part: Buffer, reader: XmlReader): void {
  const xml = inUtf8(part);
  let depth = 0;
  for (let at = 0; at < xml.length; ) {
    const open = xml.indexOf("<", at);
    const textEnd = open < 0 ? xml.length : open;
    if (depth > 0 && textEnd > at) reader.text?.(decoded(xml.toString("utf8", at, textEnd)));
    if (open < 0) break;
    if (xml[open + 1] === BANG || xml[open + 1] === QUESTION) {
      at = afterDeclaration(xml, open, reader);
      continue;
    }
    const end = endOfTag(xml, open);
    const closing = xml[open + 1] === SLASH;
    const empty = xml[end - 1] === SLASH;
    const tag = xml.toString("utf8", open + (closing ? 2 : 1), empty ? end - 1 : end);
    const [, name = "", attributes = ""] = /^(?:[^\s:]*:)?([^\s:]+)([\s\S]*)$/.exec(tag) ?? [];
    if (closing) depth -= 1;
    else if (!empty) depth += 1;
    if (!closing) reader.open?.(name, attributes);
    if (closing || empty) reader.close?.(name);
    at = end + 1;
  }
  if (depth !== 0) throw broken();
}

/** No tag that is looked into is longer, and one of a million letters would take hours. */
const MAX_ATTRIBUTES = 8_000;

/** The value of an attribute, its prefix left aside; undefined where there is none. */
export function attribute(attributes: string, name: string): string | undefined {
  for (const [, found, double, single] of attributes
    .slice(0, MAX_ATTRIBUTES)
    .matchAll(/(?:[\w.-]+:)?([\w.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)) {
    if (found === name) return decoded(double ?? single ?? "");
  }
  return undefined;
}

function afterDeclaration(xml: Buffer, open: number, reader: XmlReader): number {
  if (startsWith(xml, open, "<!--")) return behind(xml, "-->", open + 4);
  if (startsWith(xml, open, "<![CDATA[")) {
    const end = behind(xml, "]]>", open + 9);
    reader.text?.(xml.toString("utf8", open + 9, end - 3));
    return end;
  }
  if (xml[open + 1] === QUESTION) return behind(xml, "?>", open + 2);
  throw new UnreadableFile("invalid_file", "The document declares entities of its own, which are not read.");
}

function behind(xml: Buffer, mark: string, from: number): number {
  const found = xml.indexOf(mark, from);
  if (found < 0) throw broken();
  return found + mark.length;
}

/** Quotes may hold a `>`. */
function endOfTag(xml: Buffer, open: number): number {
  let quote: number | undefined;
  for (let at = open + 1; at < xml.length; at += 1) {
    const byte = xml[at];
    if (quote !== undefined) quote = byte === quote ? undefined : quote;
    else if (byte === MORE) return at;
    else if (byte === QUOTE || byte === APOSTROPHE) quote = byte;
    else if (byte === LESS) throw broken();
  }
  throw broken();
}

const startsWith = (xml: Buffer, at: number, mark: string) =>
  xml.toString("latin1", at, at + mark.length) === mark;

/** Office programs write UTF-8; the standard allows UTF-16 with a mark as well. */
function inUtf8(part: Buffer): Buffer {
  const mark = part.length > 1 ? part.readUInt16BE(0) : 0;
  if (mark !== 0xfffe && mark !== 0xfeff) return part;
  return Buffer.from(new TextDecoder(mark === 0xfffe ? "utf-16le" : "utf-16be").decode(part));
}

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

const decoded = (text: string) =>
  text.includes("&")
    ? text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(\w{2,4}));/gi, (whole, hex, decimal, name) => {
        if (name !== undefined) return ENTITIES[String(name)] ?? whole;
        const code = hex === undefined ? Number(decimal) : Number.parseInt(String(hex), 16);
        return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : "";
      })
    : text;

const broken = () =>
  new UnreadableFile("invalid_file", "The document is broken. Save it anew and upload that.");
