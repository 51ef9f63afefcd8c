/** Whether a log line is wanted. */
export type MessageFilter = (message: string) => boolean;
