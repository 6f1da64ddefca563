/** What an author gave beside the file. Links are theirs, so they vouch for nothing of ours. */
export function EntryLinks(props: {
  licence?: string | undefined;
  paper?: string | undefined;
  code?: string | undefined;
}) {
  const links = [
    { name: "Paper", href: props.paper },
    { name: "Code", href: props.code },
  ].filter(({ href }) => href !== undefined);
  if (links.length === 0 && props.licence === undefined) return null;
  return (
    <dl className="facts text-[0.875rem]">
      {props.licence !== undefined && (
        <>
          <dt>Licence</dt>
          <dd>{props.licence}</dd>
        </>
      )}
      {links.map(({ name, href }) => (
        <div key={name} className="contents">
          <dt>{name}</dt>
          <dd>
            <a href={href} rel="nofollow ugc noopener noreferrer">
              {href}
            </a>
          </dd>
        </div>
      ))}
    </dl>
  );
}
