/** Requests that are forms with a part of an upload. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { type FormServer, useFormServer } from "./form-server.ts";
import { END, FILE, field, PURPOSE, part, TYPE } from "./form-text.ts";
import { openConnection, rawRequest, statuses } from "./raw-connection.ts";

describe("forms over HTTP", () => {
  const served = useFormServer();
  let forms: FormServer;

  before(() => {
    forms = served();
  });

  describe("with a part of an upload", () => {
    let address: string;
    let upload_id: string;

    beforeEach(async () => {
      const fields = { filename: "x", purpose: "batch", bytes: 5, mime_type: "text/plain" } as const;
      upload_id = (await forms.service.api.createUpload(fields)).id;
      address = `/v1/uploads/${upload_id}/parts`;
    });
    // It takes along the parts that a test has added.
    afterEach(() => forms.service.api.cancelUpload({ upload_id }));

    const data = (name: string) => part(`name="data"; filename="${name}"`, "Hello");
    const postPart = (body: string) => forms.postText(body, address);

    for (const name of ["a.txt", "", "..", "../../etc/passwd", "a\0b", "\u202egpj.exe", "x".repeat(300)]) {
      it(`are taken whatever it is called: ${JSON.stringify(name).slice(0, 30)}`, async () => {
        const { status, body } = await postPart(data(name) + END);
        assert.deepEqual([status, body.object, body.upload_id], [200, "upload.part", upload_id]);
      });
    }

    it("are taken though it has no name", async () => {
      const { status } = await postPart(part('name="data"', "Hello", "application/octet-stream") + END);
      assert.equal(status, 200);
    });

    for (const [title, body, code, param] of [
      ["without data", END, "missing_required_parameter", "data"],
      ["without anything", "", "missing_required_parameter", "data"],
      ["with data that is a field", field("data", "Hello") + END, "invalid_type", "data"],
      ["with a part of another name", FILE + END, "unknown_parameter", "file"],
      ["with two parts", data("a") + data("b") + END, "invalid_form", null],
      ["with another field", PURPOSE + data("a") + END, "unknown_parameter", "purpose"],
      ["with another field behind it", data("a") + PURPOSE + END, "unknown_parameter", "purpose"],
      [
        "with another upload",
        field("upload_id", "upload_1") + data("a") + END,
        "unknown_parameter",
        "upload_id",
      ],
      ["that is cut off in the part", data("a").slice(0, -4), "invalid_form", null],
      ["that is cut off behind the part", data("a"), "invalid_form", null],
    ] as const) {
      it(`${title} are refused and leave nothing`, async () => {
        const before = await forms.state();
        const answer = await postPart(body);
        const { error } = answer.body;
        assert.deepEqual([answer.status, error.code, error.param], [400, code, param]);
        assert.equal(await forms.state(), before);
      });
    }

    it("are refused before it has come where there is no such upload", async () => {
      const socket = await openConnection(forms);
      const head = data("a").slice(0, -2);
      const headers = [`content-type: ${TYPE}`, "content-length: 1000000"];
      socket.write(rawRequest("POST /v1/uploads/upload_none/parts", headers, head));
      // The rest of the part never comes: only an answer ends the wait.
      const [first] = await once(socket, "data");
      socket.destroy();
      assert.deepEqual(statuses(String(first)), [404]);
    });
  });
});
