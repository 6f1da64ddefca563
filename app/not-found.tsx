import type { Metadata } from "next";
import Link from "next/link";

export const metadata: Metadata = { title: "Not found" };

export default function NotFound() {
  return (
    <div className="max-w-[40rem] space-y-4 py-8">
      <h1>There is nothing at this address.</h1>
      <p>
        Nothing is ever deleted here, so a part of the address is probably mistyped, or cut off where it was copied.
      </p>
      <ul className="list-disc space-y-1 ps-5">
        <li>
          <Link href="/challenges">All challenges</Link>, each with its defenses and attacks
        </li>
        <li>
          <Link href="/">The latest breaks</Link>
        </li>
      </ul>
    </div>
  );
}
