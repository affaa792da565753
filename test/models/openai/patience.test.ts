/** undici gives up on a silent server after five minutes; here with limits short enough to be waited for. */
import assert from "node:assert/strict";
import { Agent } from "undici";
import { checkingFetch } from "../../../src/models/openai/checking-fetch.ts";
import { startServer } from "../../client/recording-server.ts";
import { ollama } from "./upstream/chat-dialects.ts";
import { type Answer, frame, startUpstream } from "./upstream/upstream.ts";

describe("a model that is silent for longer than undici waits by itself", () => {
  it("is waited for, before its answer and in the middle of it", async () => {
    await using impatient = disposable(new Agent({ headersTimeout: 50, bodyTimeout: 50 }));
    /** How the same agent fares with a server that is silent at the same place, and began later. */
    const givenUp = async (begins: boolean) => {
      await using silent = await startServer((response) => void (begins && response.write("begun")));
      const request = { origin: silent.url, path: "/", method: "GET" } as const;
      const reading = async () => (await impatient.agent.request(request)).body.text();
      return await reading().then(
        () => "answered",
        (error: unknown) => error instanceof Error && "code" in error && error.code,
      );
    };
    const [asked, begin, end] = [0, 0, 0].map(() => Promise.withResolvers<void>());
    const answer: Answer = async (response, dialect) => {
      const [first = "", ...others] = dialect.events({ text: ["It is ", "sunny."] }).map(frame);
      asked?.resolve();
      await begin?.promise;
      response.writeHead(200, { "content-type": "text/event-stream" }).write(first);
      await end?.promise;
      response.end(others.join(""));
    };
    await using upstream = await startUpstream(ollama, answer);
    const settings = upstream.settings();
    const given = { settings, dispatcher: impatient.agent, model: "m", images: new Map() };
    const fetch = checkingFetch({ ...given, onActivity: () => {} });
    const body = JSON.stringify({ stream: true });
    const answered = fetch(`${upstream.url}${ollama.path}`, { method: "POST", body });
    await asked?.promise;
    assert.equal(await givenUp(false), "UND_ERR_HEADERS_TIMEOUT");
    begin?.resolve();
    const response = await answered;
    assert.equal(await givenUp(true), "UND_ERR_BODY_TIMEOUT");
    end?.resolve();
    assert.match(await response.text(), /sunny/);
  });
});

function disposable(agent: Agent) {
  return { agent, [Symbol.asyncDispose]: () => agent.destroy() };
}
