"use client";

/** Shown in place of a page that failed. The fault is ours; the reference finds it in the operators' log. */
export default function ErrorPage({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <div className="max-w-[40rem] space-y-4 py-8" role="alert">
      <h1>This page could not be made.</h1>
      <p>The fault is ours, and nothing that you sent is lost. Trying again often helps.</p>
      {error.digest && (
        <p className="text-quiet">
          Reference for the operators: <code>{error.digest}</code>
        </p>
      )}
      <button type="button" className="button" onClick={reset}>
        Try again
      </button>
    </div>
  );
}
