import path from 'node:path';
import { basicAuthorization, DEFAULT_BASIC_CREDENTIALS } from '../../simulator/credentials.ts';
import { startChild } from './child.ts';
import { nginx, varnish } from './http-caches.ts';
import type { Program } from './install.ts';
import { LIBRARY_PEERS } from './library-peers.ts';
import type { Peer } from './peer.ts';

const BOXES = 4;
const AUTHORIZATION = basicAuthorization(DEFAULT_BASIC_CREDENTIALS);
const MADE_UP = { AWS_REGION: 'local', AWS_ACCESS_KEY_ID: 'made-up', AWS_SECRET_ACCESS_KEY: 'made-up' };

/** Lookaside itself, as `npm start` runs it. */
export const LOOKASIDE: Peer = {
  name: 'Lookaside',
  boxes: BOXES,
  start: ({ upstreamUrl, dynamoDbUrl, freshSeconds }) =>
    startChild(
      {
        command: process.execPath,
        args: [path.resolve(import.meta.dirname, '../../local/main.ts')],
        environment: {
          ...MADE_UP,
          PORT: '0',
          AWS_ENDPOINT_URL_DYNAMODB: dynamoDbUrl,
          UPSTREAM_BASE_URL: upstreamUrl,
          UPSTREAM_CREDENTIALS: JSON.stringify(DEFAULT_BASIC_CREDENTIALS),
          FRESH_SECONDS: String(freshSeconds),
        },
      },
      /answers on (http:\S+\d)/,
    ),
};

function library(name: string): Peer {
  return {
    name,
    boxes: BOXES,
    start: ({ upstreamUrl, dynamoDbUrl, freshSeconds }) =>
      startChild(
        {
          command: process.execPath,
          args: ['--disable-warning=ExperimentalWarning', path.join(import.meta.dirname, 'library-process.ts'), name],
          environment: {
            UPSTREAM: upstreamUrl,
            AUTHORIZATION,
            DYNAMODB: dynamoDbUrl,
            FRESH_SECONDS: String(freshSeconds),
          },
        },
        /(http:\S+\d)/,
      ),
  };
}

/** All that can be measured here. */
export function peersWith(programs: ReadonlySet<Program>): readonly Peer[] {
  return [
    LOOKASIDE,
    ...Object.keys(LIBRARY_PEERS).map(library),
    ...(programs.has('nginx') ? [nginx(1), nginx(BOXES)] : []),
    ...(programs.has('varnishd') ? [varnish(1), varnish(BOXES)] : []),
  ];
}
