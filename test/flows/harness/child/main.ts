/** A real Node-RED that does what the tests order, and tells them what it sees. */
import "./replaced-modules.ts";
import { once } from "node:events";
import { createServer } from "node:http";
import type { ChildSettings, Order } from "../protocol.ts";
import { loadNodeRed } from "./node-red.ts";
import { obey } from "./orders.ts";
import { report } from "./report.ts";
import { watch } from "./watch.ts";

async function main({ nodeRed, userDir }: ChildSettings): Promise<void> {
  const RED = loadNodeRed(nodeRed);
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
  // For flows that ask a server of which they need no more than that it is there.
  process.env["NODE_RED_URL"] = url;
  // What Node-RED says of itself before is of no interest.
  let flowsStart = false;
  RED.events.once("flows:starting", () => {
    flowsStart = true;
  });
  const log = { level: "warn", metrics: false, audit: false };
  RED.init(server, {
    userDir,
    flowFile: "flows.json",
    credentialSecret: "test",
    httpAdminRoot: false,
    httpNodeRoot: "/",
    logging: {
      console: { ...log, level: "off" },
      tests: {
        ...log,
        handler: () => (entry: { msg: unknown }) => {
          if (flowsStart) report({ tells: "logged", text: textOf(entry.msg) });
        },
      },
    },
    telemetry: { enabled: false, updateNotification: false },
  });
  watch(RED);
  const started = once(RED.events, "flows:started");
  await RED.start();
  await started;
  server.on("request", RED.httpNode);
  process.on("message", (message: Order & { order: number }) => void obey(RED, userDir, message));
  report({ tells: "ready", url, version: RED.version() });
}

const textOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

for (const event of ["uncaughtException", "unhandledRejection"]) {
  process.on(event, (error: unknown) => report({ tells: "logged", text: `${event}: ${textOf(error)}` }));
}
// Nobody is left to be told of anything.
process.on("disconnect", () => process.exit());
const settings: ChildSettings = JSON.parse(process.argv[2] ?? "");
await main(settings).catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
