import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { ROOT, sourceFiles } from "./sources.ts";

/** What must not be there before somebody needs it. */
const HEAVY =
  /node_modules\/(undici|typebox|fastify|@ai-sdk)\/|sqlite-worker|^node:sqlite$|^node:worker_threads$/;

/** Runs code in a process of its own and says which modules it loaded. */
function modulesLoadedBy(code: string): string[] {
  const script = `
    import { registerHooks } from "node:module";
    const loaded = new Set();
    registerHooks({ load(url, context, next) { loaded.add(url); return next(url, context); } });
    ${code}
    console.log(JSON.stringify([...loaded]));`;
  const child = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
    cwd: ROOT,
    encoding: "utf8",
  });
  assert.equal(child.status, 0, child.stderr);
  return JSON.parse(child.stdout);
}

const nodeFiles = sourceFiles("nodes").filter((file) => /^nodes\/[^/]+\.ts$/.test(file));

describe("loading", () => {
  it("of the nodes loads none of the heavy modules", () => {
    const register = nodeFiles.map(
      (file) =>
        `(await import(${JSON.stringify(join(ROOT, file))})).default({ nodes: { registerType() {} } });`,
    );
    assert.equal(nodeFiles.length, 8);
    const loaded = modulesLoadedBy(register.join("\n"));
    assert.ok(
      loaded.some((url) => url.endsWith("nodes/run.ts")),
      "the nodes were loaded",
    );
    assert.deepEqual(
      loaded.filter((url) => HEAVY.test(url)),
      [],
    );
  });

  it("would notice a heavy module: the service loads some", () => {
    const service = JSON.stringify(join(ROOT, "src", "service", "service.ts"));
    const loaded = modulesLoadedBy(`await import(${service});`);
    assert.ok(loaded.some((url) => HEAVY.test(url)));
  });

  it("of a real model waits for its first question", () => {
    const settings = { provider: "compatible", baseUrl: "http://127.0.0.1:1", apiKey: "", model: "m" };
    const written = { ...settings, wire: "", reasoning: "", streaming: true, contextWindow: "", pace: 0 };
    const providers = JSON.stringify(join(ROOT, "src", "models", "providers.ts"));
    const opened = `const model = await (await import(${providers})).openModel(${JSON.stringify(written)});`;
    const asked = `await model.generate({ items: [] }, AbortSignal.abort()).next().catch(() => {});`;
    const heavy = (code: string) => modulesLoadedBy(code).filter((url) => HEAVY.test(url));
    assert.deepEqual(heavy(opened), []);
    assert.ok(heavy(opened + asked).some((url) => url.includes("@ai-sdk")));
  });
});
