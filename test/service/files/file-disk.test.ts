import assert from "node:assert/strict";
import { mkdir, readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { FileDisk, type FileDiskSettings, type ReceivedFile } from "../../../src/service/files/file-disk.ts";
import { temporaryDirectory } from "../temporary-directory.ts";

interface OpenDisk extends AsyncDisposable {
  disk: FileDisk;
  files: string;
  reported: unknown[];
}

async function openDisk(settings: Partial<FileDiskSettings> = {}): Promise<OpenDisk> {
  const directory = await temporaryDirectory();
  const reported: unknown[] = [];
  const disk = new FileDisk({
    directory: directory.path,
    isKept: async () => false,
    onError: (error) => reported.push(error),
    ...settings,
  });
  const dispose = async () => {
    await disk.close();
    await directory[Symbol.asyncDispose]();
  };
  return { disk, files: join(directory.path, "files"), reported, [Symbol.asyncDispose]: dispose };
}

const hello = { name: "a.txt", content: Buffer.from("Hello") };
const file = { field: "file", prefix: "file", maxBytes: 1000 };
const keep = async (file: ReceivedFile) => {
  await file.keep(async () => {});
  return file.id;
};

describe("the disk of files", () => {
  it("has the bytes in their place when their row is committed, for the owner's eyes alone", async () => {
    await using open = await openDisk();
    const { disk, files } = open;
    await disk.receive(hello, file, async (file) => {
      assert.deepEqual(await readdir(files), [`${file.id}.incoming`]);
      await file.keep(async () => assert.deepEqual(await readdir(files), [file.id]));
    });
    const [id = ""] = await readdir(files);
    if (process.platform !== "win32") assert.equal((await stat(join(files, id))).mode & 0o777, 0o600);
    assert.equal((await buffer(disk.read(id))).toString(), "Hello");
  });

  it("leaves nothing of what is not kept", async () => {
    await using open = await openDisk();
    const refused = new Error("refused");
    const refuse = async () => {
      throw refused;
    };
    await open.disk.receive(hello, file, async () => {});
    await assert.rejects(open.disk.receive(hello, file, refuse), refused);
    await assert.rejects(
      open.disk.receive(hello, file, (file) => file.keep(refuse)),
      refused,
    );
    assert.deepEqual(await readdir(open.files), []);
  });

  it("keeps the bytes of a row whose commit failed and was written all the same", async () => {
    await using open = await openDisk({ isKept: async () => true });
    const failing = async (file: ReceivedFile) =>
      file.keep(async () => {
        throw new Error("Nobody knows.");
      });
    await assert.rejects(open.disk.receive(hello, file, failing));
    assert.equal((await readdir(open.files)).length, 1);
  });

  it("takes as many bytes as may be, and no more", async () => {
    await using open = await openDisk();
    const ten = { ...file, maxBytes: 10 };
    const content = async function* () {
      for (let count = 0; count < 3; count += 1) yield Buffer.from("xxxxx");
    };
    await open.disk.receive({ name: "n", content: Buffer.alloc(10) }, ten, keep);
    const expected = { code: "file_too_large", status: 413, message: "The file is larger than 10 bytes." };
    await assert.rejects(open.disk.receive({ name: "n", content: content() }, ten, keep), expected);
    await assert.rejects(open.disk.receive({ name: "n", content: Buffer.alloc(11) }, ten, keep), expected);
    assert.equal((await readdir(open.files)).length, 1);
  });

  it("names the parameter whose content is no bytes", async () => {
    await using open = await openDisk();
    async function* content(): AsyncGenerator<Uint8Array> {
      // @ts-expect-error What a flow in JavaScript may give.
      yield "Hello";
    }
    const part = { ...file, field: "data" };
    await assert.rejects(open.disk.receive({ name: "a.txt", content: content() }, part, keep), {
      code: "invalid_type",
      param: "data.content",
    });
  });

  it("says that it fails in words without its paths", async () => {
    await using open = await openDisk();
    await writeFile(open.files, "in the way");
    await assert.rejects(open.disk.receive(hello, file, keep), {
      code: "files_unavailable",
      status: 503,
      message: /^The service cannot keep or read its files: EEXIST\./,
    });
  });

  it("sweeps what nobody keeps, and nothing that is arriving", async () => {
    const kept = "file-0000000000000000000000cc";
    const part = "part_0000000000000000000000dd";
    await using open = await openDisk({ isKept: async (id) => id === kept || id === part });
    await mkdir(open.files);
    const orphans = [
      "file-0000000000000000000000aa",
      "file-0000000000000000000000bb.incoming",
      "part_0000000000000000000000ee",
      "part_0000000000000000000000ff.incoming",
    ];
    for (const name of [...orphans, kept, part]) await writeFile(join(open.files, name), "x");
    await open.disk.receive(hello, file, async (received) => {
      await open.disk.sweep();
      assert.deepEqual((await readdir(open.files)).sort(), [kept, part, `${received.id}.incoming`].sort());
      await received.keep(async () => {
        await open.disk.sweep();
        assert.deepEqual((await readdir(open.files)).sort(), [kept, part, received.id].sort());
      });
    });
  });

  it("reports what it cannot remove, and goes on", async () => {
    await using open = await openDisk();
    await mkdir(join(open.files, "file-0000000000000000000000aa"), { recursive: true });
    await open.disk.remove("file-0000000000000000000000aa");
    await open.disk.sweep();
    assert.equal(open.reported.length, 2);
  });

  it("gives up what is arriving when it closes", async () => {
    await using open = await openDisk();
    const begun = Promise.withResolvers<void>();
    async function* hanging() {
      yield Buffer.from("x");
      begun.resolve();
      await new Promise(() => {});
    }
    const receiving = assert.rejects(open.disk.receive({ name: "n", content: hanging() }, file, keep), {
      code: "service_closed",
    });
    await begun.promise;
    await open.disk.close();
    await receiving;
    assert.deepEqual(await readdir(open.files), []);
  });

  it("reads from one place to another, both included", async () => {
    await using open = await openDisk();
    const { disk } = open;
    const id = await disk.receive(hello, file, keep);
    const between = async (first: number, last?: number) =>
      (await buffer(disk.read(id, undefined, first, last))).toString();
    assert.deepEqual(
      [await between(0, 0), await between(1, 3), await between(3), await between(4, 9), await between(5)],
      ["H", "ell", "lo", "o", ""],
    );
  });

  it("does not find bytes that have been removed", async () => {
    await using open = await openDisk();
    const id = await open.disk.receive(hello, file, keep);
    const late = open.disk.read(id);
    await open.disk.remove(id);
    await assert.rejects(late.next(), { code: "file_not_found", status: 404 });
  });

  it("refuses pieces that are no bytes", async () => {
    await using open = await openDisk();
    const content = Object.assign({}, { async *[Symbol.asyncIterator]() {} });
    Object.assign(content, {
      async *[Symbol.asyncIterator]() {
        yield "text";
      },
    });
    await assert.rejects(open.disk.receive({ name: "n", content }, file, keep), { code: "invalid_type" });
  });
});
