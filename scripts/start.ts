/** `npm start`: Node-RED with the weather flow, asked once. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import RED from "node-red";
import { bootNodeRed, firstInject, PACKAGE_ROOT, portFromEnvironment, pressInject } from "./boot-node-red.ts";

const userDir = join(PACKAGE_ROOT, ".node-red");
const example = join(PACKAGE_ROOT, "examples", "weather.json");

/**
 * The answer comes before anybody has opened the editor, which shows only what happens while it is open. So the
 * debug message is published once more, to be kept for editors that connect later.
 */
function keepFirstDebugMessage(): void {
  const keep = (message: { topic: string; data: unknown }) => {
    if (message.topic !== "debug") return;
    RED.events.off("comms", keep);
    RED.events.emit("comms", { topic: message.topic, data: message.data, retain: true });
  };
  RED.events.on("comms", keep);
}

try {
  const running = await bootNodeRed({
    userDir,
    port: portFromEnvironment(1880),
    flowFile: example,
    logLevel: "info",
  });
  keepFirstDebugMessage();
  const stop = () => running.stop().finally(() => process.exit());
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  const flow: unknown = JSON.parse(readFileSync(join(userDir, "flows.json"), "utf8"));
  console.log(`\nThe editor is at ${running.url}\nThe weather flow is asked its question now:\n`);
  await pressInject(running.url, firstInject(flow));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
