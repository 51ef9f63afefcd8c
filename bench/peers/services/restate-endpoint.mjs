import { createServer } from 'node:http2';
import { createEndpointHandler } from '@restatedev/restate-sdk';
import { listen } from './listen.mjs';

/**
 * As the SDK's own `serve`, on loopback alone.
 * @param {NonNullable<Parameters<typeof createEndpointHandler>[0]>['services']} services
 */
export function serveEndpoint(services) {
  return listen(createServer(createEndpointHandler({ services })));
}
