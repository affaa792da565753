import assert from "node:assert/strict";
import { declared, type Rehearsed, rehearse, says } from "./ask.ts";

const functions = [
  { name: "getUserFavoriteCity", description: "Gets the user's favorite city." },
  declared(
    "getCityNickname",
    "Gets the nickname for a city, e.g. 'LA' for 'Los Angeles, CA'.",
    { city: { type: "string", description: "The city and state, e.g. San Francisco, CA" } },
    null,
  ),
  declared(
    "getWeatherAtLocation",
    "Gets the current weather at a provided location.",
    {
      location: { type: "string", description: "The city and state, e.g. San Francisco, CA" },
      temperatureUnit: { type: "string", enum: ["f", "c"] },
    },
    ["location"],
  ),
];

const outputs = {
  getUserFavoriteCity: "Atlanta, GA",
  getCityNickname: "The ATL",
  getWeatherAtLocation: '{"temperature":70,"unit":"f"}',
};

describe("rehearsal: the weather flow", () => {
  let run: Rehearsed;
  before(async () => {
    const items = [says("What's the weather like right now in my favorite city?")];
    run = await rehearse({ items, functions }, outputs);
  });

  it("asks for the place first, then for both things about it in one parallel step", () => {
    assert.deepEqual(run.steps, [
      [["getUserFavoriteCity", {}]],
      [
        ["getCityNickname", { city: "Atlanta, GA" }],
        ["getWeatherAtLocation", { location: "Atlanta, GA" }],
      ],
    ]);
  });

  it("quotes every output by its function's name", () => {
    for (const [name, output] of Object.entries(outputs)) {
      const place = run.text.indexOf(name);
      assert.ok(place >= 0 && run.text.indexOf(output) > place, run.text);
    }
  });
});
