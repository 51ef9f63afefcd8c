/** A call as its path and method name it. */
export interface Route {
  readonly operation: string;
  /** Absent for ListFunctions. */
  readonly functionName: string | undefined;
  readonly statementId: string | undefined;
}

/** `{version}/functions/{name}/{rest}` → method → operation. Source: the http traits of @aws-sdk/client-lambda. */
const OPERATION_BY_PATH: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '2015-03-31/': { GET: 'GetFunction' },
  '2015-03-31/invocations': { POST: 'Invoke' },
  '2015-03-31/configuration': { GET: 'GetFunctionConfiguration', PUT: 'UpdateFunctionConfiguration' },
  '2015-03-31/code': { PUT: 'UpdateFunctionCode' },
  '2017-10-31/concurrency': { PUT: 'PutFunctionConcurrency', DELETE: 'DeleteFunctionConcurrency' },
  '2019-09-30/concurrency': { GET: 'GetFunctionConcurrency' },
  '2015-03-31/policy': { POST: 'AddPermission', GET: 'GetPolicy' },
  '2015-03-31/policy/*': { DELETE: 'RemovePermission' },
  '2019-09-25/event-invoke-config': {
    GET: 'GetFunctionEventInvokeConfig',
    PUT: 'PutFunctionEventInvokeConfig',
    POST: 'UpdateFunctionEventInvokeConfig',
  },
};

/** Answers what to say of a call that is not known. */
export function routeOf(method: string, path: string): Route | { readonly unknown: string } {
  const [, version = '', collection, encodedName, resource = '', encodedStatement] = path.split('/');
  if (collection === 'functions' && encodedName === undefined && method === 'GET') {
    return { operation: 'ListFunctions', functionName: undefined, statementId: undefined };
  }
  const key = `${version}/${resource}${encodedStatement === undefined ? '' : '/*'}`;
  const operation = collection === 'functions' ? OPERATION_BY_PATH[key]?.[method] : undefined;
  const functionName = decoded(encodedName);
  if (operation === undefined || functionName === undefined) return { unknown: nameOfUnknown(method, path) };
  return {
    operation,
    functionName,
    statementId: decoded(encodedStatement),
  };
}

/** Undefined for what is absent or badly percent-encoded. */
function decoded(segment: string | undefined): string | undefined {
  try {
    return segment === undefined ? undefined : decodeURIComponent(segment);
  } catch {
    return undefined; // Such a name belongs to no function, so the call is answered as unknown.
  }
}

const UNKNOWN_BUT_NAMED: readonly (readonly [string, RegExp, string])[] = [
  ['POST', /^\/2015-03-31\/functions$/, 'CreateFunction'],
  ['DELETE', /^\/2015-03-31\/functions\/[^/]+$/, 'DeleteFunction'],
  ['DELETE', /\/event-invoke-config$/, 'DeleteFunctionEventInvokeConfig'],
  ['POST', /\/response-streaming-invocations$/, 'InvokeWithResponseStream'],
  ['POST', /\/invoke-async$/, 'InvokeAsync'],
  ['POST', /\/versions$/, 'PublishVersion'],
  ['GET', /\/versions$/, 'ListVersionsByFunction'],
  ['POST', /\/aliases$/, 'CreateAlias'],
  ['GET', /\/aliases$/, 'ListAliases'],
  ['POST', /\/event-source-mappings$/, 'CreateEventSourceMapping'],
  ['GET', /\/event-source-mappings$/, 'ListEventSourceMappings'],
  ['GET', /\/account-settings$/, 'GetAccountSettings'],
  ['GET', /\/tags\//, 'ListTags'],
];

function nameOfUnknown(method: string, path: string): string {
  const plain = path.replace(/\/$/, '');
  return (
    UNKNOWN_BUT_NAMED.find(([verb, pattern]) => verb === method && pattern.test(plain))?.[2] ?? `${method} ${path}`
  );
}
