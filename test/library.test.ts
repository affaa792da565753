import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient, createRehearsal, openService, startHttpServer } from "../src/index.ts";

describe("the library", () => {
  it("opens a service, serves it and speaks to it", async () => {
    const directory = mkdtempSync(join(tmpdir(), "assistants-library-"));
    const service = await openService({ directory, model: createRehearsal({ pace: 0 }) });
    const server = await startHttpServer({ api: service.api, apiKey: "key", port: 0 });
    const client = createClient({ dialect: "openai", baseUrl: `${server.url}/v1`, apiKey: "key" });
    const made = await client.api.createAssistant({ model: "rehearsal" });
    assert.deepEqual(await service.api.getAssistant({ assistant_id: made.id }), made);
    await client.close();
    await server.close();
    await service.close();
    rmSync(directory, { recursive: true });
  });
});
