import { expect, test } from "vitest";
import { referenceOf } from "./reference.ts";

test("the page has every operation of the document once, with who may, what it takes and what it answers", async () => {
  const { documented } = await import("../../api/v1/[[...route]]/api.ts");
  const document = documented();
  const { operations, shapes, about } = referenceOf(document);
  const inDocument = Object.values(document.paths ?? {}).flatMap((item) => Object.keys(item));
  expect(operations).toHaveLength(inDocument.length);
  expect(new Set(operations.map(({ id }) => id)).size).toBe(operations.length);
  expect(about).toContain("RFC 9457");
  const ask = operations.find(({ summary }) => summary === "Ask a defense");
  expect(ask).toMatchObject({ method: "POST", path: "/api/v1/defenses/{id}/queries" });
  expect(ask!.who).toBe("With a token that may submit.");
  expect(ask!.answers.map(({ name }) => name)).toEqual(expect.arrayContaining(["200", "403", "422", "429", "503"]));
  expect(ask!.bodies.map(({ type }) => type)).toEqual(["application/x-npy", "application/json"]);
  const answers = shapes.find(({ name }) => name === "Answers");
  expect(answers!.fields.map(({ name }) => name)).toContain("labels");
});
