/** A model's server on loopback that answers as a test says, and remembers what it was asked. */
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { ServedModelSettings, WrittenModelSettings } from "../../../../src/models/settings.ts";
import { type Asked, type Dialect, json, type Refused, type Said } from "./dialect.ts";

export interface Seen {
  path: string;
  headers: IncomingHttpHeaders;
  body: Record<string, unknown>;
  asked: Asked;
  /** Fulfilled when the connection of this request is gone. */
  gone: Promise<void>;
}

/** How a request is answered. */
export type Answer = (response: ServerResponse, dialect: Dialect, seen: Seen) => void;

export interface Upstream extends AsyncDisposable {
  url: string;
  seen: Seen[];
  settings(fields?: Partial<ServedModelSettings>): ServedModelSettings;
}

/** The same settings as somebody writes them into a form. */
export const written = (settings: ServedModelSettings): WrittenModelSettings => ({
  ...settings,
  contextWindow: String(settings.contextWindow ?? ""),
  pace: 0,
});

/** A key that can be recognised wherever it leaks. */
export const KEY = "sk-upstream-0123456789-secret";

/** The first answer for the first request and so on; the last one for all that follow. */
export async function startUpstream(dialect: Dialect, ...answers: Answer[]): Promise<Upstream> {
  const seen: Seen[] = [];
  const http = createServer(async (request, response) => {
    const gone = once(response, "close").then(() => {});
    const body = JSON.parse((await text(request)) || "{}");
    const path = request.url ?? "";
    const noticed = { path, headers: request.headers, body, asked: dialect.asked(body), gone };
    seen.push(noticed);
    const answer = answers[Math.min(seen.length, answers.length) - 1];
    const refusal = dialect.refusal(body);
    if (path !== dialect.path) refuses({ status: 404, body: "not here" })(response, dialect, noticed);
    else if (refusal) refuses(json(400, { error: { message: refusal } }))(response, dialect, noticed);
    else answer?.(response, dialect, noticed);
  });
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  const { port } = http.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    seen,
    settings: (fields = {}) => ({
      provider: dialect.provider,
      baseUrl: url,
      apiKey: KEY,
      model: "the-model",
      wire: dialect.provider === "compatible" ? "chat" : "responses",
      reasoning: "off",
      streaming: true,
      contextWindow: null,
      ...fields,
    }),
    async [Symbol.asyncDispose]() {
      http.close();
      http.closeAllConnections();
      await once(http, "close");
    },
  };
}

const STREAM = { "content-type": "text/event-stream", "x-request-id": "req_42" };

export const frame = (data: string) => `data: ${data}\n\n`;

/** Answers, streamed if it was asked to. */
export const says =
  (said: Said): Answer =>
  (response, dialect, { body }) => {
    if (!body["stream"]) {
      response.writeHead(200, { "content-type": "application/json" });
      response.end(JSON.stringify(dialect.whole(said)));
      return;
    }
    response.writeHead(200, STREAM).end(dialect.events(said).map(frame).join(""));
  };

export const refuses =
  ({ status, body, headers }: Refused): Answer =>
  (response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(body);
  };

/** Sends exactly this. */
export const sends =
  (body: string, type = "text/event-stream", status = 200): Answer =>
  (response) => {
    response.writeHead(status, { "content-type": type, "x-request-id": "req_42" }).end(body);
  };

/** Begins an answer and then says nothing more. */
export const hangsAfter =
  (said: Said): Answer =>
  (response, dialect) => {
    response.writeHead(200, STREAM).write(begun(dialect, said));
  };

/** Begins an answer, and the connection is reset. */
export const breaksAfter =
  (said: Said): Answer =>
  (response, dialect) => {
    response.writeHead(200, STREAM);
    response.write(begun(dialect, said), () => response.socket?.resetAndDestroy());
  };

/** Begins an answer that was not to be streamed: then says nothing more, or resets the connection. */
export const beginsWhole =
  (then: "hangs" | "breaks"): Answer =>
  (response, dialect) => {
    const whole = JSON.stringify(dialect.whole({ text: ["It is sunny."] }));
    const length = { "content-type": "application/json", "content-length": whole.length };
    response.writeHead(200, { ...length, "x-request-id": "req_42" });
    response.write(whole.slice(0, 20), () => {
      if (then === "breaks") response.socket?.resetAndDestroy();
    });
  };

/** The connection is reset before there is an answer. */
export const breaks: Answer = (response) => response.socket?.resetAndDestroy();

/** The events that come before the end of an answer. */
function begun(dialect: Dialect, said: Said): string {
  const ends =
    /"finish_reason":"|"type":"response\.(completed|incomplete|output_item\.done)"|^\[DONE\]|"choices":\[\]/;
  return dialect
    .events(said)
    .filter((data) => !ends.test(data))
    .map(frame)
    .join("");
}
