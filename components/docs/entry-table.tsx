import { Scroller } from "#components/ui/scroller.tsx";

interface Props {
  caption: string;
  heads: [string, string, string];
  entries: { name: string; kind: string; about: string }[];
}

/** Names, what they are and what they mean; nothing where there are none. */
export function EntryTable({ caption, heads, entries }: Props) {
  if (entries.length === 0) return null;
  return (
    <Scroller label={caption}>
      <table className="table w-auto!">
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {entries.map(({ name, kind, about }) => (
            <tr key={`${name} ${kind}`}>
              <th scope="row">
                <code>{name}</code>
              </th>
              <td>{kind}</td>
              <td>{about}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroller>
  );
}
