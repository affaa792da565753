import assert from "node:assert/strict";
import { meaningfulWords } from "../../../src/models/rehearsal/words.ts";

const shared = (one: string, other: string) => {
  const words = meaningfulWords(other);
  return [...meaningfulWords(one)].filter((word) => words.has(word));
};

describe("rehearsal: meaningful words", () => {
  const pairs: [name: string, one: string, other: string][] = [
    ["camelCase", "getOpenInvoices", "the invoices"],
    ["snake_case", "track_shipment", "my shipment"],
    ["kebab-case", "book-table", "a table"],
    ["capitals in a row", "parseXMLFile", "this file"],
    ["upper case", "INVOICE", "invoice"],
    ["regular plurals", "an invoice", "invoices"],
    ["plurals in -ies", "all categories", "one category"],
    ["nouns in -ie", "some movies", "a movie"],
    ["plurals in -es", "two boxes", "a box"],
    ["plurals of words in -e", "the houses", "her house"],
    ["plurals of words in -s", "statuses", "the status"],
    ["the possessive", "the customer's", "a customer"],
    ["the typographic apostrophe", "the customer’s", "a customer"],
    ["digits at the end", "lamp2", "the lamp"],
    ["Japanese words", "倉庫の在庫を返します", "在庫はいくつありますか"],
    ["Chinese words", "获取用户的订单状态", "我的订单怎么样了"],
    ["Korean words with particles", "창고의 재고를 조회합니다", "재고가 얼마나 있나요?"],
    ["Korean next to Latin letters", "API를", "the API"],
  ];
  for (const [name, one, other] of pairs) {
    it(`matches ${name}`, () => assert.notDeepEqual(shared(one, other), []));
  }

  const empty: [name: string, text: string][] = [
    ["question words and auxiliaries", "What is it like right now, and how would you do that?"],
    ["verbs of reading and writing", "Gets, sets, lists, returns, retrieving the given and provided"],
    ["single characters", "a b c x"],
    ["numbers", "42 and 3.5"],
    ["contractions", "I'm, don't, can't, we've, what's, isn't"],
    ["abbreviations", "e.g. i.e. etc."],
    ["Japanese particles and question words", "これは何ですか？教えてください。どうですか"],
    ["Chinese question words", "请问这个怎么样？告诉我"],
    ["Korean question words", "지금 어때? 알려주세요"],
    ["German small words", "Wie ist das bei mir?"],
  ];
  for (const [name, text] of empty) {
    it(`takes ${name} for nothing`, () => assert.deepEqual([...meaningfulWords(text)], []));
  }

  it("takes a greeting for a word of its own", () => {
    for (const text of ["Hello", "Hi!", "thanks", "こんにちは", "你好", "안녕하세요"]) {
      assert.equal(meaningfulWords(text).size, 1, text);
    }
  });

  it("tells Korean words apart that share one syllable", () => {
    assert.deepEqual(shared("날씨가", "날짜를"), []);
  });

  it("keeps words that only look like plurals", () => {
    assert.deepEqual([...meaningfulWords("bus gas news")], ["bus", "gas", "news"]);
  });
});
