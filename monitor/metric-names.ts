/** The dimension of detection: the signal that was first, `log`, `destination`, `deadline` for instance. */
export const SIGNAL_DIMENSION = 'Signal';

/** What the monitor counts beside what recovery counts for it (recovery/metric-names.ts). */
export const MONITOR_METRICS = {
  /** 1 a minute from each monitor that runs. */
  heartbeat: 'MonitorHeartbeat',
  /**
   * Successes of the workflow's last step that the monitor read in the log: a little too few when log lines are lost, and
   * too many when two monitors run or one has restarted. S3 has the exact number; this is for the trend.
   */
  executionsSucceeded: 'ExecutionsSucceeded',
  /**
   * From the evidence to its discovery, milliseconds, also by Signal: since the log line was written, since Lambda gave the
   * event up, or, for silence, since the step was triggered. Only of failures that this monitor acted on first.
   */
  detectionLatency: 'DetectionLatency',
  /** Attempts claimed, each a retry of a step. */
  attemptsClaimed: 'AttemptsClaimed',
  /** How long ago the instant is up to which the log group is read, milliseconds. Small without traffic as well. */
  watermarkLag: 'WatermarkLag',
  /**
   * How long ago the newest instant is up to which the functions' log is known to be visible, milliseconds: reading and
   * CloudWatch's own delay together. Beyond two minutes the monitor is blind.
   */
  visibilityLag: 'VisibilityLag',
  /** From a line's writing to CloudWatch's taking it in, milliseconds: the longest of the newest lines. */
  ingestionLag: 'IngestionLag',
  /** How long ago the last whole pass of the sweep ended, milliseconds. */
  sweepLag: 'SweepLag',
  /** How long ago the queue of failed events last answered a receive, milliseconds. */
  failedEventsLag: 'FailedEventsLag',
  /** Executions whose last look failed, because S3 or Lambda refused something: each is looked at again. */
  looksFailing: 'LooksFailing',
  /** Calls to the log group that were refused for their number. */
  logCallsThrottled: 'LogCallsThrottled',
  /** Executions that the sweep asked to be looked at, because nothing else had. */
  sweepFindings: 'SweepFindings',
  /** Executions set aside because their facts cannot be read. */
  executionsQuarantined: 'ExecutionsQuarantined',
  /** What a monitor that only shows would have done; 0 where it acts. */
  repairsWithheld: 'RepairsWithheld',
  /** Looks refused because too many waited; the sweep finds those executions again. */
  looksTurnedAway: 'LooksTurnedAway',
  /** Failures in the log that could be tied to no execution; the deadline finds those executions. */
  failuresNotAttributed: 'FailuresNotAttributed',
  /** Attempts that came to write after they were given up, and were refused by a closed slot or a taken record. */
  barredWrites: 'BarredWrites',
  /** Incidents whose last failure is less than ten minutes ago, looked at once a minute: many equal failures count as one. */
  openIncidents: 'OpenIncidents',
  /** Records of Lambda's on-failure destination that named an execution. */
  failedEventsRead: 'FailedEventsRead',
  /** Records of the destination that are none of this workflow's; they stay in the queue until they are set aside. */
  failedEventsNotUnderstood: 'FailedEventsNotUnderstood',
} as const;
