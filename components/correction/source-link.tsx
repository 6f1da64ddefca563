/** Where a correction was read: a visitor's link, so it vouches for nothing of ours. */
export function SourceLink({ href }: { href: string }) {
  const arxiv = /^https:\/\/arxiv\.org\/abs\/(.+)$/.exec(href)?.[1];
  return (
    <a href={href} rel="nofollow ugc noopener noreferrer" className="break-all">
      {arxiv === undefined ? href : `arXiv:${arxiv}`}
    </a>
  );
}
