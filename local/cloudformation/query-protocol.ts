import { escapeXml } from '../http/escape-xml.ts';
import type { AwsResponse } from '../ports.ts';

const NAMESPACE = 'http://cloudformation.amazonaws.com/doc/2010-05-15/';

/** What an XML answer is made of: an element for each name, `member` elements for a list, nothing for undefined. */
export type XmlValue = string | number | undefined | readonly XmlValue[] | { readonly [name: string]: XmlValue };

/** The form-encoded body of a call in AWS's query protocol: `Action=DescribeStacks&StackName=…`. */
export function readQuery(body: Buffer): URLSearchParams {
  return new URLSearchParams(body.toString('utf8'));
}

export function queryAnswer(operation: string, result: XmlValue, requestId: string): AwsResponse {
  return xml(
    200,
    `<${operation}Response xmlns="${NAMESPACE}"><${operation}Result>${render(result)}</${operation}Result>` +
      `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${operation}Response>`,
  );
}

export function queryError(status: number, code: string, message: string, requestId: string): AwsResponse {
  return xml(
    status,
    `<ErrorResponse xmlns="${NAMESPACE}"><Error><Type>Sender</Type><Code>${code}</Code>` +
      `<Message>${escapeXml(message)}</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
  );
}

function render(value: XmlValue): string {
  if (value === undefined) return '';
  if (typeof value === 'string' || typeof value === 'number') return escapeXml(String(value));
  if (isList(value)) return value.map((element) => `<member>${render(element)}</member>`).join('');
  return Object.entries(value)
    .map(([name, part]) => (part === undefined ? '' : `<${name}>${render(part)}</${name}>`))
    .join('');
}

function isList(value: XmlValue): value is readonly XmlValue[] {
  return Array.isArray(value);
}

function xml(status: number, body: string): AwsResponse {
  return { status, headers: { 'content-type': 'text/xml' }, body: `<?xml version="1.0" encoding="UTF-8"?>\n${body}` };
}
