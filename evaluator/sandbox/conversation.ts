/** What a running payload is told: bytes of ours on its liveness pipe (fd 5), after the go. */
export interface Conversation {
  write(bytes: Uint8Array): void;
  /** Nothing more will come: the payload reads to the end of the pipe, and ends. */
  end(): void;
}
