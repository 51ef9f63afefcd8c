import { describe, expect, it } from 'vitest';
import { attributeRequest } from '../../../bench/requests/attribute-requests.ts';
import type { RecordedRequest } from '../../../local/http/request-record.ts';
import { anExecutionId } from '../../support/an-execution-id.ts';

const NODE = 'arn:aws:iam::000000000000:role/stateful-serverless-laptop-ControlNodeRole0A1B2C3D-X';
const ROOT = 'arn:aws:iam::000000000000:root';
const executionId = anExecutionId();

const request = (fields: Partial<RecordedRequest> = {}): RecordedRequest => ({
  at: 1,
  service: 's3',
  operation: 'GetObject',
  status: 200,
  principalArn: NODE,
  target: '/bucket/any',
  ...fields,
});

describe('a recorded call', () => {
  it('is its component by the role that it was made in', () => {
    const role = (name: string) => `arn:aws:iam::000000000000:role/stateful-serverless-laptop-${name}-X`;
    const componentOf = (principalArn: string) => attributeRequest(request({ principalArn }))?.component;
    expect(componentOf(NODE)).toBe('control-node');
    expect(componentOf(role('ConfirmOrderRole'))).toBe('confirm-order');
    expect(componentOf(role('PaymentRole'))).toBe('payment');
  });

  it('is not counted when whoever measures made it, or nobody knows who', () => {
    expect(attributeRequest(request({ principalArn: ROOT }))).toBeUndefined();
    const { principalArn: _nobody, ...unknown } = request();
    expect(attributeRequest(unknown)).toBeUndefined();
  });

  it("is the control node's when whoever measures made it on its behalf", () => {
    const isUpkeep = (at: number) => at === 7;
    expect(attributeRequest(request({ principalArn: ROOT, at: 7 }), isUpkeep)?.component).toBe('control-node');
    expect(attributeRequest(request({ principalArn: ROOT, at: 8 }), isUpkeep)).toBeUndefined();
  });

  it.each([
    [`orders/${executionId}.json`, 'order'],
    [`executions/${executionId}/payment.json`, 'step-record'],
    [`executions/${executionId}/payment.attempt-2.json`, 'attempt-claim'],
    [`executions/${executionId}/recovery.json`, 'recovery'],
    [`payments/${executionId}.json`, 'ledger'],
    [`failures/2026-01-01T00:00:00.000Z.payment.TIMEOUT.Timeout.${executionId}.json`, 'failure-index'],
  ])('about %s is the execution’s whose id the key has', (key, subject) => {
    expect(attributeRequest(request({ target: `/bucket/${encodeURI(key)}?x-id=GetObject` }))).toMatchObject({
      subject,
      executionId,
    });
  });

  it.each([
    ['/bucket/stock/seat/03.json', 'stock'],
    ['/bucket/items/seat.json', 'item'],
    ['/bucket/control/monitor.json', 'control/monitor.json'],
  ])('about %s is nobody’s by its key', (target, subject) => {
    const attributed = attributeRequest(request({ target }));
    expect(attributed?.subject).toBe(subject);
    expect(attributed).not.toHaveProperty('executionId');
  });

  it('that lists is the execution’s when it lists its folder, and nobody’s when it lists all of them', () => {
    const list = (prefix: string) =>
      attributeRequest(request({ operation: 'ListObjectsV2', target: `/bucket?list-type=2&prefix=${prefix}` }));
    expect(list(`executions%2F${executionId}%2F`)).toMatchObject({ subject: 'facts', executionId });
    expect(list('executions%2F')).toMatchObject({ subject: 'executions/' });
    expect(list('executions%2F')).not.toHaveProperty('executionId');
  });

  it('that was refused says so, and that of another service names the service', () => {
    expect(attributeRequest(request({ operation: 'PutObject', status: 412 }))?.operation).toBe('PutObject 412');
    expect(attributeRequest(request({ service: 'sqs', operation: 'DeleteMessage', target: '/' }))).toMatchObject({
      operation: 'DeleteMessage',
      subject: 'sqs',
    });
  });
});
