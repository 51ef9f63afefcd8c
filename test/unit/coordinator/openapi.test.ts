import { beforeAll, describe, expect, it } from 'vitest';
import { aCoordinator, type TestCoordinator } from './a-coordinator.ts';
import { requireDocumented, type Operation } from './documented.ts';

describe('the OpenAPI document', () => {
  let coordinator: TestCoordinator;
  let operations: [string, string, Operation][];

  beforeAll(async () => {
    coordinator = await aCoordinator();
    operations = Object.entries(coordinator.document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]): [string, string, Operation] => [method, path, operation]),
    );
  });

  it('is of version 3.1 and has every route', () => {
    expect(coordinator.document.openapi).toBe('3.1.0');
    expect(operations.map(([method, path]) => `${method} ${path}`).sort()).toEqual([
      'get /deployment',
      'get /healthz',
      'get /incidents',
      'get /incidents/{incidentId}',
      'get /items',
      'get /items/{itemId}',
      'get /monitor',
      'get /orders',
      'get /orders/{orderId}',
      'get /orders/{orderId}/events',
      'get /orders/{orderId}/facts',
      'get /readyz',
      'post /incidents/{incidentId}/redrive',
      'post /orders',
      'post /orders/{orderId}/recovery',
      'post /orders/{orderId}/redrive',
      'put /items/{itemId}',
    ]);
  });

  it('names each operation once and says what it does', () => {
    const ids = operations.map(([, , { operationId }]) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, , operation] of operations) {
      expect(operation.operationId).toMatch(/^[a-z][A-Za-z]+$/);
      expect(operation.summary).toMatch(/\w/);
    }
  });

  it('declares every parameter of every path, and no other', () => {
    for (const [method, path, { parameters = [] }] of operations) {
      const declared = parameters.filter((parameter) => parameter.in === 'path');
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      expect(
        declared.map(({ name }) => name),
        `${method} ${path}`,
      ).toEqual(inPath);
      expect(
        declared.every(({ required }) => required),
        `${method} ${path}`,
      ).toBe(true);
    }
  });

  it('points only at what it has', () => {
    const references = [...JSON.stringify(coordinator.document).matchAll(/"\$ref":"([^"]+)"/g)].map(
      ([, target]) => target ?? '',
    );
    expect(references.length).toBeGreaterThan(10);
    for (const reference of references) {
      const name = /^#\/components\/schemas\/(\w+)$/.exec(reference)?.[1] ?? '';
      expect(coordinator.document.components.schemas, reference).toHaveProperty(name);
    }
  });

  it('describes every answer, and every error as a problem', () => {
    for (const [method, path, { responses }] of operations) {
      for (const [status, response] of Object.entries(responses)) {
        expect(response.description, `${method} ${path} ${status}`).toMatch(/\w/);
        if (Number(status) >= 400) expect(Object.keys(response.content ?? {})).toEqual(['application/problem+json']);
      }
    }
  });

  it('is what these tests compare answers with, so that a wrong answer fails them', async () => {
    const answer = (body: unknown, status: number, type: string) =>
      requireDocumented(
        coordinator.document,
        'GET',
        '/items',
        Response.json(body, { status, headers: { 'content-type': type } }),
      );
    await answer({ items: [] }, 200, 'application/json');
    await expect(answer({ items: [{ itemId: 1 }] }, 200, 'application/json')).rejects.toThrow(/itemId/);
    await expect(answer({ items: [] }, 200, 'text/plain')).rejects.toThrow();
    await expect(answer({ items: [] }, 418, 'application/json')).rejects.toThrow('not documented');
    await expect(answer({ detail: 'no type' }, 500, 'application/problem+json')).rejects.toThrow(/type/);
  });
});
