import { z } from "zod";

/** The parts of an OpenAPI 3.1 document that the page shows; what else there is, is left out. */
const Schema = z.looseObject({
  $ref: z.string().optional(),
  type: z.union([z.string(), z.array(z.string())]).optional(),
  description: z.string().optional(),
  enum: z.array(z.unknown()).optional(),
  format: z.string().optional(),
});
type Schema = z.infer<typeof Schema>;
const Content = z.record(z.string(), z.looseObject({ schema: Schema.optional() }));
const Operation = z.looseObject({
  summary: z.string(),
  description: z.string().optional(),
  security: z.array(z.record(z.string(), z.array(z.string()))).optional(),
  parameters: z
    .array(
      z.looseObject({
        name: z.string(),
        in: z.string(),
        required: z.boolean().optional(),
        description: z.string().optional(),
        schema: Schema.optional(),
      }),
    )
    .default([]),
  requestBody: z.looseObject({ content: Content }).optional(),
  responses: z.record(z.string(), z.looseObject({ description: z.string(), content: Content.optional() })),
});
const Document = z.looseObject({
  info: z.looseObject({ description: z.string() }),
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
  components: z.looseObject({ schemas: z.record(z.string(), z.unknown()) }),
});

/** A name with what it means: a parameter, a field of a body, a status. */
export interface Entry {
  name: string;
  /** Its type, or where it stands. */
  kind: string;
  about: string;
}

export interface OperationReference {
  /** Unique on the page. */
  id: string;
  method: string;
  path: string;
  summary: string;
  description: string;
  /** Who may: a sentence. */
  who: string;
  parameters: Entry[];
  bodies: { type: string; fields: Entry[] }[];
  answers: Entry[];
}

export interface Reference {
  about: string;
  operations: OperationReference[];
  /** The bodies that have names, with their fields. */
  shapes: { name: string; fields: Entry[] }[];
}

const METHODS = ["get", "post", "put", "patch", "delete"];

/** What the page shows of the API's document. Throws on one that is not OpenAPI 3.1: a bug of ours. */
export function referenceOf(document: unknown): Reference {
  const { info, paths, components } = Document.parse(document);
  const operations = Object.entries(paths).flatMap(([path, item]) =>
    METHODS.filter((method) => item[method]).map((method) => operationOf(path, method, Operation.parse(item[method]))),
  );
  const shapes = Object.entries(components.schemas).map(([name, schema]) => ({ name, fields: fieldsOf(schema) }));
  return { about: info.description, operations, shapes: shapes.filter(({ fields }) => fields.length > 0) };
}

function operationOf(path: string, method: string, operation: z.infer<typeof Operation>): OperationReference {
  const { summary, description = "", security, parameters, requestBody, responses } = operation;
  return {
    id: `${method}-${path.replace("/api/v1/", "").replaceAll(/[^a-z]+/gi, "-")}`.replace(/-$/, ""),
    ...{ method: method.toUpperCase(), path, summary, description, who: whoMay(security) },
    parameters: parameters.map(({ name, schema, required, description = "", ...rest }) => ({
      name,
      kind: `${rest.in}, ${typeOf(schema)}${required ? "" : ", optional"}`,
      about: description,
    })),
    bodies: Object.entries(requestBody?.content ?? {}).map(([type, { schema }]) => ({
      type,
      fields: fieldsOf(schema),
    })),
    answers: Object.entries(responses)
      .sort(([a], [b]) => Number(a) - Number(b))
      .map(([name, { description, content = {} }]) => ({
        name,
        kind: Object.entries(content)
          .map(([type, { schema }]) => (schema?.$ref ? `${type}: ${typeOf(schema)}` : type))
          .join(", "),
        about: description,
      })),
  };
}

function whoMay(security: Record<string, string[]>[] | undefined): string {
  if (!security) return "Everybody.";
  const scopes = security.flatMap(({ token = [] }) => token);
  if (security.some((way) => Object.keys(way).length === 0)) return "Everybody; with a token, what is yours too.";
  return `With a token that may ${scopes.join(" and ")}.`;
}

function typeOf(schema: Schema | undefined): string {
  if (schema?.$ref) return schema.$ref.split("/").at(-1)!;
  if (schema?.enum) return schema.enum.map(String).join(" | ");
  const type = [schema?.type ?? "any"].flat().join(" | ");
  return schema?.format ? `${type} (${schema.format})` : type;
}

const Fields = z.looseObject({ properties: z.record(z.string(), z.unknown()).default({}) });

/** Of an object its fields; of one that extends another (allOf) those that it adds. */
function fieldsOf(schema: unknown): Entry[] {
  const all = z.looseObject({ allOf: z.array(z.unknown()) }).safeParse(schema);
  if (all.success) return all.data.allOf.flatMap(fieldsOf);
  return Object.entries(Fields.parse(schema ?? {}).properties).map(([name, field]) => {
    const parsed = Schema.parse(field);
    return { name, kind: typeOf(parsed), about: parsed.description ?? "" };
  });
}
