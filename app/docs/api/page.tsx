import type { Metadata } from "next";
import { EntryTable } from "#components/docs/entry-table.tsx";
import { Markdown } from "#components/ui/markdown.tsx";
import { PageTitle } from "#components/ui/page-title.tsx";
import { Section } from "#components/ui/section.tsx";
import { documented } from "../../api/v1/[[...route]]/api.ts";
import { type OperationReference, referenceOf } from "./reference.ts";

export const metadata: Metadata = {
  title: "The API",
  description: "Every address of the API: who may use it, what it takes, what it answers, errors included.",
};

export default function ApiPage() {
  const { about, operations, shapes } = referenceOf(documented());
  return (
    <div className="space-y-10">
      <div>
        <PageTitle
          actions={
            <a href="/api/v1/openapi.json" className="button">
              OpenAPI document
            </a>
          }
        >
          The API
        </PageTitle>
        <Markdown>{about}</Markdown>
      </div>
      <nav aria-label="Addresses">
        <ul className="space-y-1">
          {operations.map(({ id, method, path, summary }) => (
            <li key={id}>
              <a href={`#${id}`}>
                <code>
                  {method} {path}
                </code>
              </a>{" "}
              {summary}
            </li>
          ))}
        </ul>
      </nav>
      {operations.map((operation) => (
        <Operation key={operation.id} operation={operation} />
      ))}
      {shapes.map(({ name, fields }) => (
        <Section key={name} id={`shape-${name}`} title={name}>
          <EntryTable caption={`Fields of ${name}`} heads={["Field", "Type", "Meaning"]} entries={fields} />
        </Section>
      ))}
    </div>
  );
}

function Operation({ operation }: { operation: OperationReference }) {
  const { id, method, path, summary, description, who, parameters, bodies, answers } = operation;
  const of = `of ${method} ${path}`;
  return (
    <Section id={id} title={summary}>
      <pre className="overflow-x-auto">
        <code>
          {method} {path}
        </code>
      </pre>
      {description && <Markdown>{description}</Markdown>}
      <p className="text-quiet">{who}</p>
      <EntryTable caption={`Parameters ${of}`} heads={["Parameter", "Where, type", "Meaning"]} entries={parameters} />
      {bodies.map(({ type, fields }) => (
        <div key={type} className="space-y-2">
          <p>
            Takes <code>{type}</code>
          </p>
          <EntryTable caption={`Fields ${of}, ${type}`} heads={["Field", "Type", "Meaning"]} entries={fields} />
        </div>
      ))}
      <EntryTable caption={`Answers ${of}`} heads={["Status", "Body", "Meaning"]} entries={answers} />
    </Section>
  );
}
