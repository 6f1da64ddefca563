import Link from "next/link";

export function Footer() {
  return (
    <footer className="no-print mt-12 border-line border-t">
      <div className="mx-auto flex max-w-[80rem] flex-wrap gap-x-6 gap-y-1 px-4 py-5 text-[0.8125rem] text-quiet sm:px-6">
        <p>Times are UTC; point at one for yours.</p>
        <p>
          Every table is also there as data: add <code>.json</code> or <code>.csv</code> to its address.
        </p>
        <p className="ms-auto">
          <Link href="/breaks" prefetch={false} className="me-4 text-inherit">
            Breaks
          </Link>
          <Link href="/flags" prefetch={false} className="me-4 text-inherit">
            Red flags
          </Link>
          <a href="/feed.xml" className="me-4 text-inherit">
            Feed
          </a>
          <Link href="/docs/api" prefetch={false} className="text-inherit">
            API
          </Link>
        </p>
      </div>
    </footer>
  );
}
