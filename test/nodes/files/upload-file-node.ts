/** An upload file node on the built-in service, and the files that are there. */
import assert from "node:assert/strict";
import { Readable } from "node:stream";
import type { NodeMessage } from "node-red";
import { useBuiltInFlow } from "../built-in-flow.ts";
import { uploadFile } from "../node-fields.ts";

export const node = (fields: object = {}) => uploadFile({ config: "", wires: [["out"]], ...fields });

/** For each test of this suite an upload file node that it starts; relative paths begin in the test's directory. */
export function useUploadFileNode() {
  const running = useBuiltInFlow();

  const start = (fields: object = {}) =>
    running.start([node(fields)], { fileWorkingDirectory: running.directory });

  async function pass(msg: NodeMessage): Promise<NodeMessage> {
    running.flow.send("file", msg);
    return running.flow.inbox("out").next();
  }

  const files = async () => (await running.api.listFiles({ order: "asc" })).data;

  async function onlyFile() {
    const [file, ...others] = await files();
    assert.ok(file && others.length === 0);
    return { file, content: await contentOf(file.id) };
  }

  async function contentOf(file_id: string): Promise<Buffer> {
    return Buffer.concat(
      await Readable.from((await running.api.getFileContent({ file_id })).content).toArray(),
    );
  }

  const give = (name: string, content: string) =>
    running.api.createFile({ file: { name, content: Buffer.from(content) }, purpose: "assistants" });

  return { running, start, pass, files, onlyFile, contentOf, give };
}
