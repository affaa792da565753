import assert from "node:assert/strict";
import { says } from "../scripted-model.ts";
import { catchAll, complete, inbox, run } from "./node-fields.ts";
import { runFlow } from "./running-flow.ts";
import { serveModel } from "./served-model.ts";

const around = [...["answers", "calls", "caught", "completed"].map(inbox), catchAll(), complete("run")];

describe("a question on a long thread", () => {
  for (const [what, fields, expected] of [
    ["the last twenty messages", {}, 20],
    ["the last twenty messages where the field is empty", { lastMessages: "" }, 20],
    ["as many as the node says", { lastMessages: "3" }, 3],
    ["all of them where the node says 0", { lastMessages: 0 }, 31],
  ] as const) {
    it(`shows the model ${what}, its own among them`, async () => {
      await using served = await serveModel([says("Done.")]);
      await using flow = await runFlow([served.config, run(fields), ...around], {
        credentials: served.credentials,
      });
      const assistant = (await served.api.createAssistant({ model: "m" })).id;
      const messages = Array.from({ length: 30 }, (_, at) => ({ role: "user" as const, content: `${at}` }));
      const thread = (await served.api.createThread({ messages })).id;
      flow.send("run", { payload: "And now?", thread, assistant });
      await flow.inbox("answers").next();
      const items = served.model.requests[0]?.items ?? [];
      assert.equal(items.length, expected);
      assert.match(JSON.stringify(items.at(-1)), /And now\?/);
    });
  }
});
