import assert from "node:assert/strict";
import { wordsOfQuery, wordsOfText } from "../../src/retrieval/words.ts";

/** Words of a question that a text is found by. */
const shared = (text: string, query: string) => {
  const known = new Set(wordsOfText(text));
  return wordsOfQuery(query)
    .map(({ word }) => word)
    .filter((word) => known.has(word));
};

describe("words", () => {
  it("have one form for case, width and apostrophes", () => {
    assert.ok(shared("ＡＰＰＬＥ isn't", "apple").includes("apple"));
    assert.deepEqual(shared("Don’t", "don't").includes("don’t"), true);
  });

  const SAME: [string, string][] = [
    ["café", "CAFE"],
    ["Straße", "strasse"],
    ["Łódź", "Lodz"],
    ["Œuvre", "oeuvre"],
    ["Smørrebrød", "smorrebrod"],
    ["Häuser", "hauser"],
  ];
  for (const [text, query] of SAME) {
    it(`are found without the marks that not every keyboard has: ${query} for ${text}`, () => {
      assert.ok(shared(text, query).length > 0);
    });
  }

  const FORMS: [string, string][] = [
    ["Invoices", "invoice"],
    ["eggs", "egg"],
    ["companies", "company"],
    ["sleeps", "sleeping"],
    ["uploaded", "upload"],
    ["Kontonummern", "Kontonummer"],
    ["Häuser", "Haus"],
    ["factures", "facture"],
    ["colores", "color"],
    ["parameter", "parameters"],
    ["customer's", "customers"],
    ["invoice_number", "numbers"],
  ];
  for (const [one, other] of FORMS) {
    it(`are found by their other forms: ${other} for ${one}, and the other way round`, () => {
      assert.ok(shared(one, other).length > 0);
      assert.ok(shared(other, one).length > 0);
    });
  }

  it("of a question say nothing where they are what an apostrophe leaves, or stop words in another form", () => {
    const telling = (query: string) =>
      wordsOfQuery(query).flatMap(({ word, common }) => (common ? [] : [word]));
    assert.deepEqual(telling("What's this? Don't! Wie ist die deren?"), ["deren"]);
    assert.deepEqual(telling("l'homme"), ["l’homme", "homme", "homm"]);
  });

  it("keep the marks that make another letter of one", () => {
    assert.deepEqual(shared("がき", "かぎ"), []);
    assert.deepEqual(shared("мой", "мои"), []);
  });

  it("are not shared by what only begins alike", () => {
    for (const [text, query] of [
      ["king", "kin"],
      ["need", "nee"],
      ["universe", "university"],
    ] as const) {
      assert.deepEqual(shared(text, query), [], text);
    }
  });

  it("are found in Hangul by their first syllables, whatever their ending", () => {
    assert.deepEqual(shared("사과는 빨갛다", "사과를"), ["사과"]);
  });

  it("of one and two characters are found in Chinese and Japanese", () => {
    assert.deepEqual(shared("人工智能正在改变工业", "智能"), ["智能"]);
    assert.deepEqual(shared("東京都の水道", "都"), ["都"]);
    assert.deepEqual(shared("りんごのコード", "コード").includes("コー"), true);
  });

  it("are also the parts of names in source code", () => {
    assert.deepEqual(shared("function getUserName()", "user name"), ["user", "name", "nam"]);
    assert.deepEqual(shared("max_chunk_size", "chunk"), ["chunk"]);
  });

  it("are no longer than anybody would write", () => {
    assert.ok(wordsOfText("x".repeat(10_000)).every((word) => word.length <= 64));
  });
});
