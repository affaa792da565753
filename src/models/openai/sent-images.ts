/**
 * Images on their way to a provider. Marks stand for them while a request is written, and they take their places piece
 * by piece while it is sent: written as one text, tens of megabytes would hold up everything else for seconds.
 */
import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import { setImmediate as turn } from "node:timers/promises";
import type { ModelContent, ModelItem, ModelRequest } from "../model.ts";

/** By their marks, in base64. */
export type Images = ReadonlyMap<string, string>;

/** Characters of an image that are sent at once. */
const PIECE = 256 * 1024;

/** The request with marks in the places of its images. Nobody knows a mark before, so none stands in a text. */
export function markImages(request: ModelRequest): { marked: ModelRequest; images: Images } {
  const images = new Map<string, string>();
  const markPart = (part: ModelContent): ModelContent => {
    if (part.type !== "image") return part;
    const mark = randomUUID().replaceAll("-", "");
    images.set(mark, part.data);
    return { ...part, data: mark };
  };
  const markItem = (item: ModelItem): ModelItem =>
    item.type === "message" ? { ...item, content: item.content.map(markPart) } : item;
  return { marked: { ...request, items: request.items.map(markItem) }, images };
}

/** What is sent of a written request, and how many bytes that are. */
export function bodyOf(written: string, images: Images): { body: string | Readable; bytes: number } {
  if (images.size === 0) return { body: written, bytes: Buffer.byteLength(written) };
  // Every second one is a mark.
  const parts = written.split(new RegExp(`(${[...images.keys()].join("|")})`));
  const sizes = parts.map((part) => images.get(part)?.length ?? Buffer.byteLength(part));
  const body = Readable.from(piecesOf(parts, images), { objectMode: false });
  return { body, bytes: sizes.reduce((sum, size) => sum + size, 0) };
}

async function* piecesOf(parts: readonly string[], images: Images): AsyncGenerator<Buffer> {
  for (const part of parts) {
    const image = images.get(part);
    if (image === undefined) yield Buffer.from(part);
    else {
      for (let at = 0; at < image.length; at += PIECE) {
        yield Buffer.from(image.slice(at, at + PIECE), "latin1");
        await turn();
      }
    }
  }
}
