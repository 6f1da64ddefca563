import type { ReactNode } from "react";
import { SourceLink } from "#components/correction/source-link.tsx";
import { PersonLink } from "#components/ui/person.tsx";
import { Time } from "#components/ui/time.tsx";

interface Person {
  handle: string;
  name: string;
}

export interface Proposal {
  id: string;
  label: string;
  was: string;
  says: string;
  source: string;
  note: string;
  createdAt: Date;
  accepted: boolean | null;
  person: Person;
  decisions: { accepted: boolean; reason: string; at: Date; person: Person }[];
}

/** Corrections with what was decided about each, and why; `controls` are what can be done with one. */
export function CorrectionList(props: {
  proposals: readonly Proposal[];
  heading?: (proposal: Proposal) => ReactNode;
  controls?: (proposal: Proposal) => ReactNode;
}) {
  return (
    <ul className="divide-y divide-line border-line border-y">
      {props.proposals.map((proposal) => (
        <li key={proposal.id} className="space-y-2 py-4">
          {props.heading?.(proposal)}
          <Change proposal={proposal} />
          <p className="text-[0.875rem] text-quiet">
            Proposed by <PersonLink person={proposal.person} />, <Time at={proposal.createdAt} />
            {proposal.accepted === null && "; nobody has decided yet"}
          </p>
          {proposal.decisions.map(({ accepted, reason, at, person }) => (
            <p key={at.getTime()} className="text-[0.875rem]">
              {accepted ? "Accepted" : "Declined"} by <PersonLink person={person} />, <Time at={at} />:{" "}
              <bdi className="break-words">{reason}</bdi>
            </p>
          ))}
          {props.controls?.(proposal)}
        </li>
      ))}
    </ul>
  );
}

function Change({ proposal: { label, was, says, source, note } }: { proposal: Proposal }) {
  return (
    <dl className="facts max-w-[68rem]">
      <dt>What</dt>
      <dd>{label}</dd>
      {was !== "" && (
        <>
          <dt>The file says</dt>
          <dd>
            <bdi className="break-words">{was}</bdi>
          </dd>
        </>
      )}
      <dt>It should say</dt>
      <dd>
        <bdi className="break-words font-medium">{says}</bdi>
      </dd>
      <dt>Source</dt>
      <dd>
        <SourceLink href={source} />
      </dd>
      {note !== "" && (
        <>
          <dt>Why</dt>
          <dd>
            <bdi className="break-words">{note}</bdi>
          </dd>
        </>
      )}
    </dl>
  );
}
