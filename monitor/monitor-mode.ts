/**
 * `act`: does what the facts call for. `show`: decides the same and says it, for people who attach a monitor to a system
 * that they do not trust it with yet, or beside one that acts. It writes no object, log line or message, invokes nothing and
 * receives nothing.
 */
export const MONITOR_MODES = ['act', 'show'] as const;

export type MonitorMode = (typeof MONITOR_MODES)[number];
