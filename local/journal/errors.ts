/** A file of the journal is damaged where no crash can have damaged it. Nothing is repaired: a human should look. */
export class JournalCorruptError extends Error {
  override readonly name = 'JournalCorruptError';
}

/** More bytes wait to be written than the journal holds in memory. The caller may try again. */
export class JournalBusyError extends Error {
  override readonly name = 'JournalBusyError';
}

/** A write or a sync failed, so that what is on disk is unknown; only opening the journal again can tell. */
export class JournalFailedError extends Error {
  override readonly name = 'JournalFailedError';
}

/** Another process has the folder. */
export class JournalInUseError extends Error {
  override readonly name = 'JournalInUseError';
}
