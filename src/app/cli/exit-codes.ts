/** What a shell learns of a command. */
export const EXIT = {
  ok: 0,
  /** The run or a check failed. */
  failed: 1,
  /** The command was called wrongly. */
  usage: 2,
  /** SIGINT, with a checkpoint to resume from: 128 + 2. */
  interrupted: 130,
} as const;
