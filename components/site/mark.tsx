/** The sign of the site: a block that has lost a corner. */
export function Mark({ size = 20 }: { size?: number }) {
  return (
    <svg viewBox="0 0 20 20" width={size} height={size} aria-hidden="true">
      <path
        d="M1 1h5v5H1zM7.5 1h5v5h-5zM1 7.5h5v5H1zM7.5 7.5h5v5h-5zM14 7.5h5v5h-5zM1 14h5v5H1zM7.5 14h5v5h-5zM14 14h5v5h-5z"
        fill="currentColor"
      />
      <path d="M15.9 1.2 19 2.5 17.7 5.6 14.6 4.3z" fill="var(--color-broken)" />
    </svg>
  );
}
