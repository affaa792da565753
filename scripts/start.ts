/** `npm start`: Node-RED with the weather flow, asked once. */
import { readFileSync } from "node:fs";
import type { IncomingMessage, Server } from "node:http";
import { join } from "node:path";
import RED from "node-red";
import { bootNodeRed, firstInject, PACKAGE_ROOT, portFromEnvironment, pressInject } from "./boot-node-red.ts";

const userDir = join(PACKAGE_ROOT, ".node-red");
const example = join(PACKAGE_ROOT, "examples", "weather.json");

/** How long an editor takes from asking for the flow to being ready for messages about it. */
const EDITOR_READY_MS = 2000;

/**
 * The answer comes before anybody has opened the editor, which shows only what happens while it is open. So the
 * first debug message is shown once more, to the first editor that has loaded the flow.
 */
function showAnswerInFirstEditor(server: Server): void {
  let answer: { topic: string; data: unknown } | null = null;
  RED.events.on("comms", (message: { topic: string; data: unknown }) => {
    if (message.topic === "debug") answer ??= message;
  });
  const onRequest = ({ method, url }: IncomingMessage) => {
    if (!answer || method !== "GET" || url?.split("?")[0] !== "/flows") return;
    server.off("request", onRequest);
    setTimeout(() => RED.events.emit("comms", answer), EDITOR_READY_MS);
  };
  server.on("request", onRequest);
}

const readFlow = (file: string): unknown => JSON.parse(readFileSync(file, "utf8"));

/** Somebody who has drawn another flow here does not want it started. */
function hasNode(flow: unknown, id: string): boolean {
  return Array.isArray(flow) && flow.some((node: { id?: unknown; d?: unknown }) => node.id === id && !node.d);
}

try {
  const running = await bootNodeRed({
    userDir,
    port: portFromEnvironment(1880),
    flowFile: example,
    logLevel: "info",
  });
  showAnswerInFirstEditor(running.server);
  const stop = () => running.stop().finally(() => process.exit());
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  console.log(`\nThe editor is at ${running.url}`);
  const button = firstInject(readFlow(example));
  if (hasNode(readFlow(join(userDir, "flows.json")), button)) {
    console.log("The weather flow is asked its question now:\n");
    await pressInject(running.url, button);
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
