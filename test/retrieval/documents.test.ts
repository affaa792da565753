import assert from "node:assert/strict";
import { join } from "node:path";
import { FileReader } from "../../src/retrieval/reading/file-reader.ts";
import { temporaryDirectory } from "../service/temporary-directory.ts";
import { pdf } from "./made-documents.ts";
import { DOCUMENTS, outcomeOf, refusalOf, textOf } from "./reading.ts";

const MANUAL = [
  "Pump XK-20",
  "The pump is serviced every 500 hours.",
  "Every 300 hours in salt water.",
  "The word 'apple' uses the code 442345, while the word 'banana' uses the code 673457.",
  "Close the valve",
  "Remove the cover",
  "",
  "Part | Number",
  "Seal ring | 7731-B",
  "",
  "Die Dichtung wird mit 12 Nm angezogen.",
  "펌프의 압력은 삼 바를 넘지 않아야 합니다.",
  "水温は六十度以下に保ってください。",
  "請勿在水中使用本設備。",
  "请每月检查过滤器。",
];

/** What draws texts, each in a line of its own. */
const lines = (...texts: string[]) =>
  Buffer.from(`BT /F1 12 Tf 50 700 Td ${texts.map((text) => `${text} Tj 0 -14 Td`).join(" ")} ET`);

/** A font that is not in the file, whose characters stand in a table that is not there either. */
const JAPANESE = "/Type0/BaseFont/MS-Gothic/Encoding/90ms-RKSJ-H/DescendantFonts[6 0 R]";

describe("a document", () => {
  const reader = new FileReader();
  after(() => reader.close());
  const read = (name: string) => textOf(reader, join(DOCUMENTS, name), name);

  it("of Word is read in its order, footnotes and tables where they stand", async () => {
    assert.equal(await read("manual.docx"), MANUAL.join("\n"));
  });

  it("of PowerPoint is read slide by slide, each with its notes", async () => {
    assert.equal(
      await read("slides.pptx"),
      "Opening hours\nThe workshop opens at seven.\nSay that the gate code is 8842.\n\n예비 부품은 창고에 있습니다",
    );
  });

  it("of Excel is read sheet by sheet, with dates as dates and formulas by their results", async () => {
    assert.equal(
      await read("prices.xlsx"),
      "Prices\nProduct | Price | Since\nSeal ring | 12.5 | 2026-03-01\nTwo rings | 25\n\nLager\nパッキン | 40",
    );
  });

  it("in PDF is read in every language", async () => {
    const text = await read("manual.pdf");
    for (const line of MANUAL.filter((one) => /^[^|']{5,}$/.test(one))) assert.ok(text.includes(line), line);
    assert.match(text, /Seal ring 7731-B/);
  });

  it("in PDF is read where its characters stand in a table that it does not bring along", async () => {
    await using directory = await temporaryDirectory();
    const { text } = await outcomeOf(
      reader,
      directory.path,
      "old.pdf",
      pdf(lines("<908589b782cd>"), "", JAPANESE),
    );
    assert.equal(text, "水温は");
  });

  it("in PDF has words whole that go on in the next line", async () => {
    await using directory = await temporaryDirectory();
    const read = async (...texts: [Buffer, string?, string?]) =>
      (await outcomeOf(reader, directory.path, "a.pdf", pdf(...texts))).text;
    assert.equal(
      await read(lines("(extre-)", "(mely good)", "(North-)", "(South)")),
      "extremely good\nNorth-\nSouth",
    );
    const full = `<${"908589b782cd".repeat(4)}>`;
    assert.equal(await read(lines(full, "<9085>", "<89b7>"), "", JAPANESE), `${"水温は".repeat(4)}水\n温`);
  });

  it("is what it holds, whatever its name says", async () => {
    assert.match(await textOf(reader, join(DOCUMENTS, "manual.pdf"), "manual.txt"), /Pump XK-20/);
    assert.match(await textOf(reader, join(DOCUMENTS, "manual.docx"), "manual.xlsx"), /Pump XK-20/);
    assert.match(await textOf(reader, join(DOCUMENTS, "manual.docx"), "manual"), /Pump XK-20/);
  });

  const REFUSED: [what: string, name: string, code: string, message: RegExp][] = [
    ["a locked PDF", "locked.pdf", "invalid_file", /locked with a password/],
    ["a locked Word document", "locked.docx", "invalid_file", /locked with a password/],
    ["a Word document of before 2007", "old.doc", "unsupported_file", /Save it as \.docx/],
  ];
  for (const [what, name, code, message] of REFUSED) {
    it(`that is ${what} is refused with a sentence`, async () => {
      const refusal = await refusalOf(reader, join(DOCUMENTS, name), name);
      assert.equal(refusal.code, code);
      assert.match(refusal.message ?? "", message);
    });
  }
});
