import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { basicAuthorization, DEFAULT_BASIC_CREDENTIALS } from '../../simulator/credentials.ts';
import { freePort } from '../free-port.ts';
import { startChild } from './child.ts';
import type { Peer } from './peer.ts';

const AUTHORIZATION = basicAuthorization(DEFAULT_BASIC_CREDENTIALS);

/** nginx, with a lock for each key and stale entries during an update. The boxes share nothing. */
export function nginx(boxes: number): Peer {
  return {
    name: `nginx, ${boxes} ${boxes === 1 ? 'box' : 'boxes'}`,
    boxes,
    start: async ({ upstreamUrl, freshSeconds }) => {
      const folder = await mkdtemp(path.join(tmpdir(), 'lookaside-nginx-'));
      const port = await freePort();
      await writeFile(
        path.join(folder, 'nginx.conf'),
        `daemon off; worker_processes 1; pid ${folder}/pid; error_log stderr crit; user root;
events { worker_connections 4096; }
http {
  access_log off;
  client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
  proxy_cache_path ${folder}/cache keys_zone=cache:10m inactive=1d;
  server {
    listen 127.0.0.1:${port} backlog=4096;
    location = /health { return 200; }
    location / {
      proxy_pass ${upstreamUrl};
      proxy_set_header Authorization "${AUTHORIZATION}";
      proxy_http_version 1.1; proxy_set_header Connection "";
      proxy_read_timeout 2500ms; proxy_connect_timeout 2500ms;
      proxy_ignore_headers Cache-Control Expires Set-Cookie Vary;
      proxy_cache cache; proxy_cache_valid 200 ${freshSeconds}s;
      proxy_cache_lock on; proxy_cache_lock_timeout 5s;
      proxy_cache_use_stale error timeout updating http_500 http_502 http_503 http_504 http_429;
      proxy_cache_background_update on;
    }
  }
}
`,
      );
      return startChild({ command: 'nginx', args: ['-p', folder, '-c', 'nginx.conf'] }, `http://127.0.0.1:${port}`);
    },
  };
}

/** Varnish, with a day of grace. The boxes share nothing. */
export function varnish(boxes: number): Peer {
  return {
    name: `Varnish, ${boxes} ${boxes === 1 ? 'box' : 'boxes'}`,
    boxes,
    start: async ({ upstreamUrl, freshSeconds }) => {
      const folder = await mkdtemp(path.join(tmpdir(), 'lookaside-varnish-'));
      const port = await freePort();
      const { hostname, port: upstreamPort } = new URL(upstreamUrl);
      const file = path.join(folder, 'cache.vcl');
      await writeFile(
        file,
        `vcl 4.1;
backend default { .host = "${hostname}"; .port = "${upstreamPort}"; .first_byte_timeout = 2.5s; }
sub vcl_recv {
  if (req.url == "/health") { return (synth(200)); }
  unset req.http.Authorization;
  return (hash);
}
sub vcl_backend_fetch { set bereq.http.Authorization = "${AUTHORIZATION}"; }
sub vcl_backend_response {
  if (beresp.status != 200 && bereq.is_bgfetch) { return (abandon); }
  unset beresp.http.Cache-Control;
  set beresp.ttl = ${freshSeconds}s;
  set beresp.grace = 24h;
  if (beresp.status != 200) { set beresp.ttl = 0s; set beresp.uncacheable = true; }
}
`,
      );
      return startChild(
        {
          command: 'varnishd',
          // If varnishd runs as root, it gives up its rights and cannot read its own files.
          args: [
            '-j',
            'none',
            '-F',
            '-n',
            path.join(folder, 'work'),
            '-f',
            file,
            '-a',
            `127.0.0.1:${port}`,
            '-s',
            'malloc,64m',
          ],
        },
        `http://127.0.0.1:${port}`,
      );
    },
  };
}
