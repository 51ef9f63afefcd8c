/** A service's error as the SDK throws it. */
export function awsError(name: string, httpStatusCode: number): Error {
  return Object.assign(new Error(`it is ${name}`), { name, $metadata: { httpStatusCode } });
}

/** No answer came: whether the call was carried out is not known. */
export function lostAnswer(): Error {
  return Object.assign(new Error('socket hang up'), { name: 'TimeoutError', $metadata: { attempts: 3 } });
}
