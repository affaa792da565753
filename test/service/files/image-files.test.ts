/** Images read from real files, as a model is shown them. */
import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { FileDisk } from "../../../src/service/files/file-disk.ts";
import { ImageFiles, MAX_IMAGE_BYTES } from "../../../src/service/files/image-files.ts";
import { newFile } from "../../../src/service/objects.ts";
import { PNG } from "../../sample-images.ts";
import { openStore } from "../store/open-store.ts";

const MADE_AT = 1_760_000_000;
const HOUR = 3600;

/** A file on a disk that counts how often it is read, and its images at some time. */
async function openImages(content: Uint8Array, now = MADE_AT) {
  const open = await openStore();
  const { store, directory } = open;
  const disk = new FileDisk({ directory, isKept: async () => true, onError: assert.fail });
  const expires_after = { anchor: "created_at", seconds: HOUR } as const;
  const id = await disk.receive(
    { name: "cat.png", content },
    { field: "file", prefix: "file", maxBytes: 2 * MAX_IMAGE_BYTES },
    async (received) => {
      const object = newFile(received, { purpose: "vision", expires_after }, MADE_AT);
      const internal = { type: received.type };
      await received.keep(() => store.commit([{ insert: "file", object, internal }]));
      return object.id;
    },
  );
  const reads: string[] = [];
  const counting: Pick<FileDisk, "read"> = {
    read(of, signal) {
      reads.push(of);
      return disk.read(of, signal);
    },
  };
  const dispose = async () => {
    await disk.close();
    await open[Symbol.asyncDispose]();
  };
  const images = new ImageFiles({ store, disk: counting, now: () => now });
  return { images, id, reads, path: join(directory, "files", id), [Symbol.asyncDispose]: dispose };
}

/** An image of so many bytes. */
const ofSize = (bytes: number) => Buffer.concat([PNG, Buffer.alloc(bytes - PNG.length, 7)]);

describe("the image of a file", () => {
  it("is whole, however many pieces it is read in", async () => {
    const bytes = ofSize(1_000_000);
    await using open = await openImages(bytes);
    assert.deepEqual(await open.images.read(open.id), {
      media_type: "image/png",
      data: bytes.toString("base64"),
      bytes: bytes.length,
    });
  });

  it("is read once for all who want it at once, and anew for who comes later", async () => {
    await using open = await openImages(PNG);
    const [first, second] = await Promise.all([open.images.read(open.id), open.images.read(open.id)]);
    assert.equal(first, second);
    assert.deepEqual(open.reads, [open.id]);
    assert.deepEqual(await open.images.read(open.id), first);
    assert.equal(open.reads.length, 2);
  });

  it("may have 20 MB, and of a larger one nothing is read", async () => {
    await using fits = await openImages(ofSize(MAX_IMAGE_BYTES));
    assert.ok("data" in (await fits.images.read(fits.id)));
    await using exceeds = await openImages(ofSize(MAX_IMAGE_BYTES + 1));
    assert.deepEqual(await exceeds.images.read(exceeds.id), { unseen: "it is larger than 20 MB" });
    assert.deepEqual(exceeds.reads, []);
  });

  it("is gone when its time has come", async () => {
    await using before = await openImages(PNG, MADE_AT + HOUR - 1);
    assert.ok("data" in (await before.images.read(before.id)));
    await using after = await openImages(PNG, MADE_AT + HOUR);
    assert.deepEqual(await after.images.read(after.id), { unseen: "it has been deleted" });
  });

  it("is gone when its bytes are", async () => {
    await using open = await openImages(PNG);
    await rm(open.path);
    assert.deepEqual(await open.images.read(open.id), { unseen: "it has been deleted" });
  });
});
