/** What the stack writes into the function's environment and its handler reads: the contract between the two. */
export interface ConfirmOrderEnvironment {
  readonly APP_STORE_BUCKET: string;
  readonly STATE_STORAGE_BUCKET: string;
}
