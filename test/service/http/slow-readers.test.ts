/** Readers of a stream who do not keep up with it. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { setImmediate as turnOfTheLoop } from "node:timers/promises";
import type { Model } from "../../../src/models/model.ts";
import { freshService, untilRunEnds } from "../running-service.ts";
import { openaiHeaders, startServer } from "./running-server.ts";

const PIECES = 30_000;
const PIECE = "x".repeat(100);

/** As events more than sockets hold, and each of them could be read by itself. */
const talkative: Model = {
  async *generate() {
    for (let left = PIECES; left > 0; left -= 1) {
      await turnOfTheLoop();
      yield { type: "text_delta", text: PIECE };
    }
    yield { type: "finish", reason: "stop" };
  },
};

/** The texts of the deltas among the events. */
const deltasIn = (events: string): string[] =>
  [...events.matchAll(/^event: thread\.message\.delta\ndata: (.*)$/gm)].map(
    ([, data = ""]) => JSON.parse(data).delta.content[0].text.value,
  );

async function post(url: string, body: unknown): Promise<IncomingMessage> {
  const headers = { ...openaiHeaders, "content-type": "application/json" };
  const sent = request(url, { method: "POST", headers }).end(JSON.stringify(body));
  const [response] = await once(sent, "response");
  return response;
}

describe("a reader over HTTP that stops reading", () => {
  it("holds up no run, and what waits for it is no more than the answer", async function () {
    this.timeout(30_000);
    await using service = await freshService(talkative);
    const { api } = service;
    const assistant = await api.createAssistant({ model: "talkative" });
    const { id: thread_id } = await api.createThread({});
    const running = await startServer({ api });
    try {
      const question = { assistant_id: assistant.id, stream: true };
      const response = await post(`${running.server.url}/v1/threads/${thread_id}/runs`, question);
      const { data: runs } = await api.listRuns({ thread_id });
      assert.ok(runs[0]);
      assert.equal((await untilRunEnds(api, runs[0])).status, "completed");

      let events = "";
      for await (const chunk of response) events += chunk;
      const deltas = deltasIn(events);
      assert.equal(deltas.join("").length, PIECES * PIECE.length);
      // What sockets hold came piece by piece; the rest has waited as one.
      assert.ok(Math.max(...deltas.map(({ length }) => length)) > 1000 * PIECE.length, `${deltas.length}`);
    } finally {
      await running.server.close();
    }
  });
});

describe("a reader of a file over HTTP that stops reading", () => {
  it("is cut off, and the file read no further", async () => {
    await using service = await freshService(talkative);
    const stopped = Promise.withResolvers<void>();
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield Buffer.alloc(65_536);
      } finally {
        stopped.resolve();
      }
    }
    const content = { content: endless(), type: "text/plain", bytes: null, name: null };
    const api = { ...service.api, getFileContent: async () => content };
    const running = await startServer({ api, bodyTimeoutMs: 300 });
    try {
      const url = `${running.server.url}/v1/files/file-0/content`;
      const sent = request(url, { headers: openaiHeaders }).end();
      sent.on("error", () => {});
      const [response] = await once(sent, "response");
      assert.equal(response.statusCode, 200);
      await stopped.promise;
      sent.destroy();
    } finally {
      await running.server.close();
    }
  });
});
