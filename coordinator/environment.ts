/** What the stack tells the coordinator: the contract between the output `ControlNodeEnvironment` and its entry point. */
export interface CoordinatorEnvironment {
  readonly AWS_REGION: string;
  /** Tells this stack's metrics from those of others in the account. */
  readonly STACK_NAME: string;
  readonly APP_STORE_BUCKET: string;
  readonly STATE_STORAGE_BUCKET: string;
  /** Only to say where it is. */
  readonly LOG_GROUP: string;
}
