/** Requests as bytes, right but for what a test puts into them. */

import type { AnswerName } from "../../src/contract/operations.ts";
import { type Operation, operations } from "../../src/contract/operations.ts";

export const KEY = "key-of-the-hostile-input";

export interface RequestParts {
  method: string;
  /** With its query. */
  target: string;
  /** Lines, behind those that every request needs. */
  headers?: string[];
  body?: Buffer;
  /** Leaves the connection open for the next request. */
  keepAlive?: boolean;
}

export function requestBytes({
  method,
  target,
  headers = [],
  body,
  keepAlive = false,
}: RequestParts): Buffer {
  const given = new Set(headers.map((line) => line.slice(0, line.indexOf(":")).toLowerCase()));
  const usual: [name: string, value: string][] = [
    ["host", "test"],
    ["authorization", `Bearer ${KEY}`],
    ["openai-beta", "assistants=v2"],
    ["connection", keepAlive ? "keep-alive" : "close"],
  ];
  if (body) {
    usual.push(["content-type", "application/json"]);
    if (!given.has("transfer-encoding")) usual.push(["content-length", String(body.length)]);
  }
  const lines = usual.filter(([name]) => !given.has(name)).map(([name, value]) => `${name}: ${value}`);
  const head = [`${method} ${target} HTTP/1.1`, ...lines, ...headers, "", ""].join("\r\n");
  return Buffer.concat([Buffer.from(head, "latin1"), body ?? Buffer.alloc(0)]);
}

/** The ids of objects that are there, by the name of the path parameter. */
export type Ids = Readonly<Record<string, string>>;

export interface Address {
  method: string;
  target: string;
  /** What its body may name, too. */
  ids: Ids;
}

/**
 * A row's method and address, of objects that are there.
 * @throws for a parameter that no id was given for: the row would never be reached
 */
export function addressOf(name: AnswerName, ids: Ids): Address {
  const operation: Operation = operations[name];
  const path = operation.path.replace(/\{(\w+)\}/g, (_, parameter: string) => {
    const id = ids[parameter];
    if (!id) throw new Error(`There is no ${parameter} for ${name}: make one in startTarget.`);
    return id;
  });
  return { method: operation.method, target: `/v1${path}`, ids };
}
