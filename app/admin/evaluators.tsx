import { Empty } from "#components/ui/empty.tsx";
import { Scroller } from "#components/ui/scroller.tsx";
import { Time } from "#components/ui/time.tsx";
import type { EvaluatorRow } from "#data/operations.ts";

const HEADS = [
  "Host",
  "State",
  "Sandbox",
  "Busy",
  "Version",
  "ONNX Runtime",
  "CPU",
  "Searches on",
  "Last heard of",
] as const;

/** The evaluators that were heard of in the last day. */
export function Evaluators({ rows }: { rows: EvaluatorRow[] }) {
  return (
    <section aria-labelledby="evaluators" className="space-y-3">
      <h2 id="evaluators">Evaluators</h2>
      {rows.length === 0 ? (
        <Empty>
          None has been heard of in the last day. <code>npm start</code> runs one; its log says why it stopped.
        </Empty>
      ) : (
        <Scroller label="Table of evaluators">
          <table className="table">
            <thead>
              <tr>
                {HEADS.map((head) => (
                  <th key={head} scope="col">
                    {head}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.id}>
                  <th scope="row">{row.host}</th>
                  <td className={row.alive ? "text-standing" : "text-broken"}>{row.alive ? "alive" : "gone"}</td>
                  <td>{row.tier}</td>
                  <td className="num">
                    {row.busy} of {row.slots}
                  </td>
                  <td>
                    <code>{row.version}</code>
                  </td>
                  <td>
                    <code>{row.ort}</code>
                  </td>
                  <td>{row.cpu}</td>
                  <td>{row.provider}</td>
                  <td>
                    <Time at={row.seenAt} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroller>
      )}
    </section>
  );
}
