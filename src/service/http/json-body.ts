import type { FastifyInstance } from "fastify";
import { contractError } from "../../contract/errors.ts";

/** The largest body that is read, in bytes. */
export const BODY_LIMIT = 8 * 1024 * 1024;

const utf8 = new TextDecoder("utf-8", { fatal: true });

function decode(bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    throw contractError("invalid_json", { reason: "it is not UTF-8." }, { cause });
  }
}

function whyNotJson(text: string): string {
  try {
    JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return error.message;
    throw error;
  }
  return "a key such as __proto__ is not allowed.";
}

/**
 * Makes JSON the only body the server reads. An empty body is `undefined`, whatever its content type, because
 * clients send one where an operation takes no fields. Keys that could change an object's prototype are refused.
 */
export function readJsonBodies(app: FastifyInstance): void {
  const parseSafely = app.getDefaultJsonParser("error", "error");
  app.removeAllContentTypeParsers();

  app.addContentTypeParser<Buffer>("application/json", { parseAs: "buffer" }, (request, bytes, done) => {
    if (bytes.length === 0) return done(null, undefined);
    const text = decode(bytes);
    parseSafely(request, text, (error, body) => {
      if (error) done(contractError("invalid_json", { reason: whyNotJson(text) }, { cause: error }));
      else done(null, body);
    });
  });

  app.addContentTypeParser("*", (request, _stream, done) => {
    if (request.headers["content-length"] === "0") done(null, undefined);
    else done(contractError("unsupported_media_type"));
  });
}
