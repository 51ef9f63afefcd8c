/** What the stack tells the coordinator: the contract between the output `ControlNodeEnvironment` and its entry point. */
export interface CoordinatorEnvironment {
  readonly APP_STORE_BUCKET: string;
  readonly STATE_STORAGE_BUCKET: string;
}
