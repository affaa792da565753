import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { KEY } from "./running-server.ts";

/** A socket to the server, for bytes that no HTTP client would send. */
export async function openConnection({ server }: { server: { port: number } }): Promise<Socket> {
  const socket = connect({ host: "127.0.0.1", port: server.port });
  socket.setEncoding("utf8");
  await once(socket, "connect");
  return socket;
}

/** Everything the server sends until it closes the connection. */
export async function readAll(socket: Socket): Promise<string> {
  let text = "";
  for await (const chunk of socket) text += chunk;
  return text;
}

/** Sends bytes and reads everything until the server closes the connection. */
export async function sendRaw(running: { server: { port: number } }, bytes: string): Promise<string> {
  const socket = await openConnection(running);
  socket.write(bytes);
  return readAll(socket);
}

/** A request as bytes, with a good key and header. */
export function rawRequest(line: string, headers: string[] = [], body = ""): string {
  const head = [
    `${line} HTTP/1.1`,
    "host: test",
    `authorization: Bearer ${KEY}`,
    "openai-beta: assistants=v2",
    ...headers,
  ];
  return `${head.join("\r\n")}\r\n\r\n${body}`;
}

/** The status codes of the answers in what a server sent, in order. */
export function statuses(text: string): number[] {
  return Array.from(text.matchAll(/HTTP\/1\.1 (\d{3}) /g), (match) => Number(match[1]));
}

/** The JSON body of the last answer in what a server sent. */
export function lastBody(text: string): unknown {
  return JSON.parse(text.slice(text.lastIndexOf("\r\n\r\n") + 4));
}
