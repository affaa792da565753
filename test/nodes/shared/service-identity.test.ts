import assert from "node:assert/strict";
import { mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { serviceIdentity } from "../../../nodes/shared/service-identity.ts";
import type { ServiceSettings } from "../../../nodes/shared/service-settings.ts";
import { writtenRehearsal } from "../../../src/models/settings.ts";
import { inbox } from "../node-fields.ts";
import { runFlow } from "../running-flow.ts";
import { temporaryDirectory } from "../temporary-directory.ts";

const server = (
  service: "openai" | "azure",
  baseUrl: string,
  apiKey = "sk-secret",
  timeoutSeconds = 600,
): ServiceSettings => ({ service, baseUrl, apiKey, timeoutSeconds });
const embedded = (directory: string): ServiceSettings => ({
  service: "embedded",
  directory,
  model: writtenRehearsal(),
  retention: { threadDays: 0, runDays: 0 },
});

describe("the identity of a service", () => {
  async function identities(userDir: string, all: ServiceSettings[], environment = ""): Promise<string[]> {
    await using flow = await runFlow([inbox("out")], { userDir });
    return Promise.all(all.map((settings) => serviceIdentity(flow.RED, settings, environment)));
  }

  it("is a server's address, however it is spelled, with neither the key nor the time limit", async () => {
    const found = await identities("/user", [
      server("openai", "https://host/v1"),
      server("openai", "https://HOST:443/v1/"),
      server("openai", "https://host/v1", "sk-other", 5),
    ]);
    assert.deepEqual(new Set(found), new Set(['["https://host/v1",""]']));
  });

  it("is the same for Azure with and without what is added to the address", async () => {
    const found = await identities("/user", [
      server("azure", "https://host"),
      server("azure", "https://host/openai/"),
    ]);
    assert.equal(new Set(found).size, 1);
  });

  it("is another for another path, directory or environment", async () => {
    const all = [
      server("openai", "https://host/a/v1"),
      server("openai", "https://host/b/v1"),
      embedded("/a"),
    ];
    const found = [...(await identities("/user", all)), ...(await identities("/user", all, "test"))];
    assert.equal(new Set(found).size, 6);
  });

  it("is a directory's name from the user directory, whichever way leads there", async () => {
    await using directory = await temporaryDirectory();
    const home = join(directory.path, "home");
    const link = join(directory.path, "link");
    await mkdir(join(home, "assistants"), { recursive: true });
    await symlink(home, link);
    const ways = [embedded(join(home, "assistants")), embedded(join(link, "assistants"))];
    const found = [...(await identities(home, ways)), ...(await identities(link, ways))];
    assert.deepEqual(new Set(found), new Set(['["./assistants",""]']));
  });

  it("is a whole path for a directory elsewhere, also one with a similar name", async () => {
    await using directory = await temporaryDirectory();
    const elsewhere = [join(directory.path, "home2"), directory.path];
    const found = await identities(join(directory.path, "home"), elsewhere.map(embedded));
    assert.deepEqual(
      found,
      elsewhere.map((path) => JSON.stringify([path, ""])),
    );
  });
});
