import assert from "node:assert/strict";
import { flowTable, readFlow } from "./harness/flow-table.ts";

const UNAVAILABLE = "a client that waits gets 503 when its run is cancelled by a deploy";
const ANSWERED = "a client that waits gets its answer after a deploy";

flowTable("http-clients", {
  [UNAVAILABLE]: {
    async play(flow) {
      const asked = fetch(`${flow.url}/ask`);
      await flow.arrived("hold");
      await flow.deploy(readFlow("http-clients", UNAVAILABLE));
      assert.equal((await asked).status, 503);
    },
    comes: { hold: 1 },
    modelCalls: 1,
  },

  [ANSWERED]: {
    async play(flow) {
      const asked = fetch(`${flow.url}/ask`);
      await flow.arrived("hold");
      await flow.deploy(readFlow("http-clients", ANSWERED));
      await flow.send("run", { ...(await flow.arrived("hold", 2)), payload: "it" });
      const response = await asked;
      assert.deepEqual([response.status, await response.text()], [200, "found it"]);
    },
    comes: { hold: 2, answer: ["found it"], completed: 1 },
    modelCalls: 2,
  },

  "a question is cancelled whose client goes away": {
    async play(flow) {
      const client = new AbortController();
      const asked = fetch(`${flow.url}/ask`, { signal: client.signal });
      await flow.modelCalled();
      client.abort();
      await assert.rejects(asked);
    },
    comes: { caught: ["client_gone"] },
    modelCalls: 1,
  },

  "a question is answered though its client went away": {
    async play(flow) {
      const client = new AbortController();
      const asked = fetch(`${flow.url}/ask`, { signal: client.signal });
      const call = await flow.arrived("hold");
      client.abort();
      await assert.rejects(asked);
      await flow.send("run", { ...call, payload: "it" });
    },
    comes: { hold: 1, answer: ["found it"], completed: 1 },
    modelCalls: 2,
  },
});
