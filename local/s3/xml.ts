import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { escapeXml } from '../http/escape-xml.ts';
import type { AwsResponse } from '../ports.ts';
import { S3Error } from './errors.ts';

export function element(name: string, text: string): string {
  return `<${name}>${escapeXml(text)}</${name}>`;
}

export function xmlResponse(document: string): AwsResponse {
  return {
    status: 200,
    headers: { 'content-type': 'application/xml' },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n${document}`,
  };
}

/** No configuration that is taken here is longer. */
const MOST_XML_BYTES = 256 * 1024;

/** The parsed document; values stay strings. @throws S3Error MalformedXML */
export function parseXml(body: Buffer, arrays: readonly string[]): unknown {
  const text = body.toString('utf8');
  if (body.length > MOST_XML_BYTES || XMLValidator.validate(text) !== true) throw new S3Error('MalformedXML');
  const parser = new XMLParser({
    ignoreAttributes: true,
    parseTagValue: false,
    trimValues: true,
    processEntities: true,
    isArray: (name) => arrays.includes(name),
  });
  try {
    return parser.parse(text) as unknown;
  } catch {
    // The parser's own words mean nothing to a caller of S3.
    throw new S3Error('MalformedXML');
  }
}
