import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { type Amount, sizeText, Transfers } from "../../../nodes/files/transfers.ts";

async function* pieces(...sizes: number[]) {
  for (const size of sizes) yield new Uint8Array(size);
}

describe("a size as people read it", () => {
  for (const [bytes, text] of [
    [0, "0 B"],
    [1023, "1023 B"],
    [1024, "1 kB"],
    [12_700, "12 kB"],
    [1_048_575, "1024 kB"],
    [1_048_576, "1.0 MB"],
    [536_870_912, "512.0 MB"],
  ] as const) {
    it(`${bytes} bytes are ${text}`, () => assert.equal(sizeText(bytes), text));
  }
});

describe("the transfers of a node", () => {
  let now: number;
  let shown: Amount[];
  let transfers: Transfers;

  beforeEach(() => {
    now = 1000;
    shown = [];
    transfers = new Transfers(
      (amount) => shown.push(amount),
      () => now,
    );
  });

  it("hand on what they count", async () => {
    const handed = await Readable.from(transfers.counted(pieces(3, 4), 7)).toArray();
    assert.deepEqual(handed, [new Uint8Array(3), new Uint8Array(4)]);
  });

  it("are shown twice a second at most", async () => {
    const transfer = transfers.counted(pieces(1, 1, 1, 1), 4);
    for (const passed of [0, 499, 1, 500]) {
      now += passed;
      await transfer.next();
    }
    assert.deepEqual(
      shown.map(({ moved }) => moved),
      [1, 3, 4],
    );
  });

  it("are shown together, and no total where one has none", async () => {
    const first = transfers.counted(pieces(1, 1), 10);
    const second = transfers.counted(pieces(2), 20);
    const third = transfers.counted(pieces(4), null);
    for (const transfer of [first, second, third]) {
      await transfer.next();
      now += 500;
    }
    await third.next();
    await first.next();
    assert.deepEqual(shown, [
      { moved: 1, total: 10 },
      { moved: 3, total: 30 },
      { moved: 7, total: null },
      { moved: 4, total: 30 },
    ]);
  });

  it("are not counted any more when they have ended, however they ended", async () => {
    for await (const _ of transfers.counted(pieces(1, 1), 2)) break;
    now += 500;
    await transfers.counted(pieces(5), 5).next();
    assert.deepEqual(shown.at(-1), { moved: 5, total: 5 });
  });
});
