import assert from "node:assert/strict";
import { kindOfFile } from "../../src/retrieval/reading/file-kind.ts";
import { textOfFile } from "../../src/retrieval/reading/text-of-file.ts";
import { UnreadableFile } from "../../src/retrieval/reading/unreadable-file.ts";
import { legacyBytes } from "./legacy-bytes.ts";

const bytes = (...values: number[]) => Uint8Array.from(values);
const utf16 = (text: string) => Buffer.from(text, "utf16le");

async function textOf(name: string, content: Uint8Array): Promise<string> {
  const bytes = Buffer.from(content);
  return textOfFile(kindOfFile(name, bytes), bytes);
}

async function codeOf(name: string, content: Uint8Array): Promise<string> {
  try {
    return `read: ${await textOf(name, content)}`;
  } catch (error) {
    assert.ok(error instanceof UnreadableFile);
    return error.code;
  }
}

/** Texts as old programs write them, whose encoding nothing tells. */
const LEGACY: [encoding: string, texts: string[]][] = [
  ["shift_jis", ["りんご", "水温は六十度以下に保ってください。", "請求書番号 2026-113 合計金額 54,000円"]],
  ["euc-jp", ["水温は六十度以下に保ってください。", "ポンプの取扱説明書"]],
  ["euc-kr", ["사과는", "펌프의 압력은 3바를 넘지 않아야 합니다.", "서울특별시 강남구"]],
  ["gb18030", ["苹果", "请每月检查过滤器。", "合同编号 2026-113，金额五千元。"]],
  ["big5", ["蘋果", "請勿在水中使用本設備。", "會議三點開始，請準備資料。"]],
  [
    "windows-1252",
    ["Größe", "Die Dichtung wird äußerst fest angezogen.", "“naïve” café – 5 €", "Señor Muñoz"],
  ],
];

describe("the text of a file", () => {
  const READ: [kind: string, name: string, content: Uint8Array, text: string][] = [
    ["UTF-8", "a.txt", Buffer.from("Größe 蘋果"), "Größe 蘋果"],
    ["UTF-8 with a mark", "a.txt", Buffer.from("\ufeffGröße"), "Größe"],
    ["UTF-16 with a mark", "a.txt", utf16("\ufeffGröße"), "Größe"],
    ["UTF-16 without a mark", "a.txt", utf16("apple and banana"), "apple and banana"],
    ["UTF-16, the other way round", "a.txt", utf16("apple and banana").swap16(), "apple and banana"],
    ["Windows' Latin", "a.txt", bytes(0x47, 0x72, 0xf6, 0xdf, 0x65), "Größe"],
    ["Korean of old", "a.txt", bytes(0xbb, 0xe7, 0xb0, 0xfa, 0xb4, 0xc2), "사과는"],
    ["lines of Windows", "a.csv", Buffer.from("a,b\r\n1,2\r\n"), "a,b\n1,2\n"],
    ["JSON", "a.json", Buffer.from('{"apple":1}'), '{"apple":1}'],
    ["source code", "a.py", Buffer.from("def apple(): pass"), "def apple(): pass"],
    ["a name without an end", "README", Buffer.from("apple"), "apple"],
  ];
  for (const [kind, name, content, text] of READ) {
    it(`is read from ${kind}`, async () => assert.equal(await textOf(name, content), text));
  }

  for (const [encoding, texts] of LEGACY) {
    it(`is read from ${encoding}`, async () => {
      for (const text of texts) assert.equal(await textOf("a.txt", legacyBytes(text, encoding)), text);
    });
  }

  it("is what a reader of a web page sees", async () => {
    const page = `<!doctype html><html><head><title>Fruit &amp; more</title><style>p{}</style></head>
      <body><script>if (a < b) alert("x")</script><h1 title="a > b">Apples</h1><p>They cost&nbsp;5&#8364;, 3 &lt; 4.
      <table><tr><td>one</td><td>two</td></tr></table><!-- hidden --></body></html>`;
    assert.equal(
      await textOf("a.html", Buffer.from(page)),
      "Fruit & more\n\nApples\n\nThey cost 5€, 3 < 4.\n\none two",
    );
  });

  it("is decoded as a web page says", async () => {
    const page = Buffer.concat([
      Buffer.from('<meta charset="windows-1252"><p>Gr'),
      bytes(0xf6),
      Buffer.from("sse"),
    ]);
    assert.equal(await textOf("a.html", page), "Grösse");
  });

  const REFUSED: [kind: string, name: string, content: Uint8Array, code: string][] = [
    ["a binary named .txt", "a.txt", bytes(0x89, 0x50, 0x4e, 0x47, 0, 0, 1, 2, 3, 0xff), "unsupported_file"],
    ["an empty file", "a.txt", bytes(), "invalid_file"],
    ["a picture", "a.png", bytes(1), "unsupported_file"],
    ["an old document", "a.DOC", bytes(1), "unsupported_file"],
    ["another old document", "a.txt", Buffer.from("{\\rtf1 apple}"), "unsupported_file"],
    ["what is named .docx and is text", "a.docx", Buffer.from("apple"), "invalid_file"],
    ["an archive", "a.tar.gz", bytes(1), "unsupported_file"],
  ];
  for (const [kind, name, content, code] of REFUSED) {
    it(`is not to be had of ${kind}`, async () => assert.equal(await codeOf(name, content), code));
  }

  it("is not searched for hours in a page of nothing but brackets", async () => {
    const began = performance.now();
    await textOf("a.html", Buffer.from(`x${"<a ".repeat(200_000)}`));
    assert.ok(performance.now() - began < 5000);
  });
});
