/** Stands between a client and a server and judges what passes, as it stands on the wire. */
import { once } from "node:events";
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { PassThrough, Transform } from "node:stream";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { EVENT_STREAM } from "../../src/contract/events.ts";
import { EventFrames } from "./event-frames.ts";
import type { Exchange, Judge } from "./judge.ts";
import { requestBody } from "./request-body.ts";

export interface JudgingProxy extends AsyncDisposable {
  /** Without a path or a slash at its end. */
  readonly url: string;
}

export async function startJudgingProxy(target: string, judge: Judge): Promise<JudgingProxy> {
  const agent = new Agent({ keepAlive: true });
  const server = createServer((asked, reply) => {
    const gone = new AbortController();
    reply.once("close", () => gone.abort());
    pass(asked, reply, gone.signal).catch(() => reply.destroy());
  });

  async function pass(asked: IncomingMessage, reply: ServerResponse, signal: AbortSignal): Promise<void> {
    const { method = "", url = "", headers } = asked;
    const forward = request(target + url, { method, headers, agent, signal });
    const body: Buffer[] = [];
    asked.on("data", (chunk: Buffer) => body.push(chunk));
    asked.pipe(forward);
    const [answer]: IncomingMessage[] = await once(forward, "response");
    if (answer === undefined) throw new TypeError("A response comes with itself.");
    const sent = await asSent(asked, Buffer.concat(body));
    const status = answer.statusCode ?? 0;
    const isBytes = status === 200 && judge.operation(method, sent.path)?.answersWithBytes === true;
    if (isBytes || answer.headers["content-type"]?.startsWith(EVENT_STREAM)) {
      judge.judge({ ...sent, status, ...(isBytes ? { answer: "bytes" } : {}) });
      reply.writeHead(status, answer.headers);
      await pipeline(answer, isBytes ? new PassThrough() : judgedEvents(judge), reply, { signal });
      return;
    }
    const whole = await buffer(answer);
    judge.judge({ ...sent, status, answer: JSON.parse(whole.toString()) });
    reply.writeHead(status, answer.headers).end(whole);
  }

  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  const close = async () => {
    server.close();
    server.closeAllConnections();
    await once(server, "close");
    agent.destroy();
  };
  return { url: `http://127.0.0.1:${port}`, [Symbol.asyncDispose]: close };
}

/** Passes the bytes of a stream on, each event judged before its last byte. */
function judgedEvents(judge: Judge): Transform {
  const frames = new EventFrames();
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      for (const frame of frames.take(chunk)) judge.judgeEvent(frame);
      done(null, chunk);
    },
  });
}

/** What the dialects put into a query of their own. */
const DIALECT_QUERY = ["api-version"];

type Sent = Omit<Exchange, "status" | "answer">;

async function asSent({ method = "", url = "", headers }: IncomingMessage, body: Buffer): Promise<Sent> {
  const { pathname, searchParams } = new URL(url, "http://localhost");
  const queryNames = [...searchParams.keys()].filter((name) => !DIALECT_QUERY.includes(name));
  // The first segment is the dialect's prefix.
  const path = pathname.replace(/^\/[^/]*/, "");
  return { method, path, queryNames, request: await requestBody(headers["content-type"] ?? "", body) };
}
