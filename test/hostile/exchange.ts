/** Bytes to the server and what it answers: no HTTP client would send these. */
import { connect } from "node:net";

export interface Answer {
  status: number;
  headers: Map<string, string>;
  body: string;
}

/** No answer by then is a hang. */
const PATIENCE_MS = 10_000;

export interface Sending {
  bytes: Buffer;
  /** What the sender does then: it waits for the end, closes its side, or is gone without a word. */
  ending: "wait" | "end" | "reset";
}

/**
 * The server's answers until it closes the connection; of a stream of events, its head alone.
 * @throws where it neither answers nor closes in time
 */
export function exchange(port: number, { bytes, ending }: Sending): Promise<Answer[]> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: "127.0.0.1", port });
    let received = Buffer.alloc(0);
    const finish = () => {
      clearTimeout(timer);
      socket.destroy();
      try {
        resolve(parse(received));
      } catch (error) {
        reject(error);
      }
    };
    const timer = setTimeout(() => {
      socket.destroy();
      reject(
        new Error(`The server hangs after ${JSON.stringify(received.toString("latin1").slice(0, 500))}.`),
      );
    }, PATIENCE_MS);
    socket.on("data", (chunk) => {
      received = Buffer.concat([received, chunk]);
      if (received.includes("content-type: text/event-stream")) finish();
    });
    socket.on("close", finish);
    // Sending goes on while the server has refused already and closed.
    socket.on("error", () => {});
    socket.write(bytes, () => {
      if (ending === "end") socket.end();
      if (ending === "reset") socket.resetAndDestroy();
    });
  });
}

function parse(bytes: Buffer): Answer[] {
  const answers: Answer[] = [];
  let rest = bytes;
  while (rest.length > 0) {
    const end = rest.indexOf("\r\n\r\n");
    const lines = rest.subarray(0, end).toString("latin1").split("\r\n");
    const status = /^HTTP\/1\.1 (\d{3}) /.exec(lines[0] ?? "")?.[1];
    if (end < 0 || status === undefined) throw new Error(`That is no answer: ${rest.toString("latin1")}`);
    const headers = new Map(
      lines.slice(1).map((line): [string, string] => {
        const colon = line.indexOf(":");
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
      }),
    );
    const length = Number(headers.get("content-length") ?? rest.length);
    const body = rest.subarray(end + 4, end + 4 + length);
    // 100 Continue only says that the body may come.
    if (status !== "100") answers.push({ status: Number(status), headers, body: body.toString() });
    rest = rest.subarray(end + 4 + (status === "100" ? 0 : length));
  }
  return answers;
}
