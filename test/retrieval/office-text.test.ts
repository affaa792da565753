import assert from "node:assert/strict";
import { CellFormats, shownNumber } from "../../src/retrieval/reading/office/cell-values.ts";
import { textOfOffice } from "../../src/retrieval/reading/office/office-text.ts";
import { scanXml } from "../../src/retrieval/reading/office/scan-xml.ts";
import { UnreadableFile } from "../../src/retrieval/reading/unreadable-file.ts";
import { type Part, word, zip } from "./made-documents.ts";

const p = (text: string) => `<w:p><w:r><w:t>${text}</w:t></w:r></w:p>`;

describe("the text of a Word document", () => {
  const READ: [what: string, body: string, text: string][] = [
    ["leaves out what was deleted", "<w:p><w:t>a</w:t><w:del><w:delText>b</w:delText></w:del></w:p>", "a"],
    ["leaves out what was moved away", `<w:p><w:moveFrom><w:t>a</w:t></w:moveFrom></w:p>${p("b")}`, "b"],
    ["has tabs and line breaks", "<w:p><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t></w:p>", "a\tb\nc"],
    ["has no tabs of settings", `<w:p><w:pPr><w:tabs><w:tab/></w:tabs></w:pPr><w:t>a</w:t></w:p>`, "a"],
    ["keeps spaces between its pieces", "<w:p><w:t>a </w:t><w:t>b</w:t></w:p>", "a b"],
    [
      "understands the five entities and numbers",
      p("&lt;a&gt; &amp; &#x42;&#67; &unknown;"),
      "<a> & BC &unknown;",
    ],
    [
      "has a box once that is written twice",
      `<mc:X><mc:Choice>${p("a")}</mc:Choice><mc:Fallback>${p("a")}</mc:Fallback></mc:X>`,
      "a",
    ],
    [
      "puts a table in a table into its cell",
      `<w:tbl><w:tr><w:tc>${p("a")}<w:tbl><w:tr><w:tc>${p("b")}</w:tc><w:tc>${p("c")}</w:tc></w:tr></w:tbl>` +
        `</w:tc><w:tc>${p("d")}</w:tc></w:tr></w:tbl>`,
      "a b | c | d",
    ],
  ];
  for (const [what, body, text] of READ) it(what, () => assert.equal(textOfOffice(word(body)), text));

  it("has a footnote once, however often it is referred to", () => {
    const relations: Part = {
      name: "word/_rels/document.xml.rels",
      content: '<Relationships><Relationship Id="r" Type="x/footnotes" Target="notes.xml"/></Relationships>',
    };
    const notes: Part = {
      name: "word/notes.xml",
      content: `<n><w:footnote w:id="2">${p("note")}</w:footnote></n>`,
    };
    const referring = '<w:p><w:t>a</w:t><w:footnoteReference w:id="2"/></w:p>';
    assert.equal(textOfOffice(word(referring.repeat(3), relations, notes)), "a\nnote\na\na");
  });
});

describe("the text of a workbook", () => {
  const MAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml";
  const relation = (id: string, type: string, target: string) =>
    `<Relationship Id="${id}" Type="x/${type}" Target="${target}"/>`;
  const workbook = (rows: string, strings = "") =>
    zip([
      {
        name: "[Content_Types].xml",
        content: `<T><Override PartName="/xl/book.xml" ContentType="${MAIN}"/></T>`,
      },
      {
        name: "xl/book.xml",
        content: '<workbook><sheets><sheet name="S" sheetId="1" r:id="a"/></sheets></workbook>',
      },
      {
        name: "xl/_rels/book.xml.rels",
        content: `<R>${relation("a", "worksheet", "/xl/s.xml")}${relation("b", "sharedStrings", "t.xml")}</R>`,
      },
      { name: "xl/s.xml", content: `<worksheet><sheetData>${rows}</sheetData></worksheet>` },
      { name: "xl/t.xml", content: `<sst>${strings}</sst>` },
    ]);

  it("has every kind of cell", () => {
    const cells =
      '<c t="s"><v>0</v></c><c t="str"><f>A1</f><v>text</v></c><c t="inlineStr"><is><t>in</t></is></c>' +
      '<c t="b"><v>1</v></c><c t="e"><v>#N/A</v></c><c><v>0.30000000000000004</v></c><c/>';
    const strings = "<si><r><t>東</t></r><r><t>京</t></r><rPh><t>トウキョウ</t></rPh></si>";
    assert.equal(
      textOfOffice(workbook(`<row>${cells}</row>`, strings)),
      "S\n東京 | text | in | TRUE | #N/A | 0.3",
    );
  });

  it("keeps a column under its head, and is not filled up by a far one", () => {
    const row = '<row><c r="A1"><v>1</v></c><c r="C1"><v>2</v></c><c r="XFD1"><v>3</v></c></row>';
    assert.equal(textOfOffice(workbook(row)), `S\n1 |  | 2${" | ".repeat(21)}3`);
  });

  it("is refused where one text is shown in so many cells that it is too long", () => {
    const rows = `<row>${'<c t="s"><v>0</v></c>'.repeat(1000)}</row>`;
    const book = workbook(rows, `<si><t>${"long ".repeat(10_000)}</t></si>`);
    assert.throws(() => textOfOffice(book), UnreadableFile);
  });
});

describe("a number of Excel", () => {
  const SHOWN: [code: string, value: string, shown: string][] = [
    ["General", "46082", "46082"],
    ["yyyy\\-mm\\-dd", "46082", "2026-03-01"],
    ["[$-409]d\\.m\\.yy h:mm", "46082.5", "2026-03-01 12:00:00"],
    ["h:mm", "0.25", "06:00:00"],
    ["0.0%", "0.125", "12.5%"],
    ['#,##0 "days"', "3", "3"],
    ["[Red]0.00", "1.5", "1.5"],
    ["yyyy", "99999999", "99999999"],
  ];
  for (const [code, value, shown] of SHOWN) {
    it(`${value} with the format ${code} is ${shown}`, () => {
      const formats = new CellFormats();
      const written = code.replaceAll('"', "&quot;");
      const styles = `<s><numFmts><numFmt numFmtId="170" formatCode="${written}"/></numFmts>
        <cellXfs><xf numFmtId="170"/></cellXfs></s>`;
      scanXml(Buffer.from(styles), formats);
      assert.equal(shownNumber(value, formats.at(0), false), shown);
    });
  }

  it("is a day of another year in a calendar that begins in 1904", () => {
    assert.equal(shownNumber("44620", "date", true), "2026-03-01");
  });
});
