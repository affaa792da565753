import type { Readable } from "node:stream";

const utf8 = new TextDecoder();

/**
 * Reads a body as UTF-8 text. Nothing is read past `maxBytes`: the text is cut there and the connection dropped.
 * Listeners rather than an iterator: that would cost a promise for each piece.
 * @param broken what becomes of a body that breaks off: the promise rejects, or what came is the text
 */
export function readText(
  body: Readable,
  maxBytes: number,
  broken: "reject" | "cut" = "reject",
): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const finish = () => resolve(utf8.decode(Buffer.concat(chunks).subarray(0, maxBytes)));
    body.on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size > maxBytes) {
        finish();
        body.destroy();
      }
    });
    body.on("end", finish);
    body.on("error", broken === "cut" ? finish : reject);
  });
}
