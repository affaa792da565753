import assert from "node:assert/strict";
import { remembered } from "../../../src/service/http/remembered.ts";
import { startServer } from "./running-server.ts";

describe("GET /health", () => {
  it("looks at the data once for many who ask", async () => {
    let looks = 0;
    const size = async () => {
      looks += 1;
      return 42;
    };
    const { server } = await startServer({ size });
    const health = async () => (await fetch(`${server.url}/health`)).json();
    const answers = [...(await Promise.all([health(), health()])), await health()];
    await server.close();
    assert.deepEqual(answers, Array(3).fill({ status: "ok", store_bytes: 42 }));
    assert.equal(looks, 1);
  });
});

describe("a remembered answer", () => {
  let time = 0;
  let asked = 0;
  const count = async () => {
    asked += 1;
    return asked;
  };

  beforeEach(() => {
    time = 0;
    asked = 0;
  });

  it("is asked for again when its time is over", async () => {
    const ask = remembered(count, 10, () => time);
    assert.equal(await ask(), 1);
    time = 9;
    assert.equal(await ask(), 1);
    time = 10;
    assert.equal(await ask(), 2);
  });

  it("is waited for as long as it takes, by everybody", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const ask = remembered(
      () => promise.then(count),
      10,
      () => time,
    );
    const first = ask();
    time = 1000;
    const second = ask();
    resolve();
    assert.deepEqual(await Promise.all([first, second]), [1, 1]);
  });

  it("may be a failure, which is forgotten too", async () => {
    const answers = [() => Promise.reject(new Error("no disk")), count];
    const ask = remembered(
      () => (answers.shift() ?? count)(),
      10,
      () => time,
    );
    await assert.rejects(ask(), /no disk/);
    time = 10;
    assert.equal(await ask(), 1);
  });
});
