import assert from "node:assert/strict";
import { access } from "node:fs/promises";
import { join } from "node:path";
import { config, inbox, message, thread } from "./node-fields.ts";
import { runFlow } from "./running-flow.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

describe("the config node", () => {
  it("opens nothing before a node needs it", async () => {
    await using directory = await temporaryDirectory();
    const path = join(directory.path, "data");
    await using flow = await runFlow([config({ dataDirectory: path }), thread()]);
    assert.ok(flow.node("service"));
    await assert.rejects(access(path), { code: "ENOENT" });
  });

  it("lets two that name the same directory share one service", async () => {
    await using directory = await temporaryDirectory();
    const nodes = [
      config({ dataDirectory: directory.path }),
      config({ id: "same", dataDirectory: directory.path }),
      thread({ wires: [["message"]] }),
      message({ config: "same", wires: [["out"]] }),
      inbox("out"),
    ];
    await using flow = await runFlow(nodes);
    flow.send("thread", { payload: "Hi" });
    assert.ok((await flow.inbox("out").next())["message"]);
  });

  it("takes a relative directory for one in the user directory", async () => {
    await using directory = await temporaryDirectory();
    const nodes = [config({ dataDirectory: "mine" }), thread({ wires: [["out"]] }), inbox("out")];
    await using flow = await runFlow(nodes, { userDir: directory.path });
    flow.send("thread", {});
    await flow.inbox("out").next();
    await access(join(directory.path, "mine"));
  });
});
