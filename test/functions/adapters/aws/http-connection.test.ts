import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { type ConnectionOwner, HttpConnection } from '../../../../functions/adapters/aws/http-connection.ts';

// The order of events on a socket, which a real one chooses by chance.

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}';

/** A connection over a socket that does what a test says. */
function start() {
  const done: string[] = [];
  const socket = Object.assign(new EventEmitter(), {
    setNoDelay: () => {},
    setKeepAlive: () => {},
    writableLength: 0,
    write: (text: string) => void done.push(`write ${text}`),
    destroy: () => void done.push('destroy'),
  });
  const owner: ConnectionOwner = {
    onIdle: ({ isReused }) => void done.push(`idle ${isReused ? 'reused' : 'new'}`),
    onClosed: () => void done.push('closed'),
  };
  const connection = new HttpConnection(socket as unknown as Socket, owner, () => 0);
  const send = () =>
    connection.send(
      'request',
      ({ status }) => void done.push(`reply ${status}`),
      (error, hasReply) => void done.push(`${'code' in error ? error.code : error.name} ${hasReply}`),
    );
  const receive = (text: string) => void socket.emit('data', Buffer.from(text));
  /** What happened since the last call. */
  const since = () => done.splice(0);
  return { socket, connection, send, receive, since };
}

test('it sends without delay, and the kernel asks whether a silent server is there', () => {
  const done: unknown[] = [];
  const socket = Object.assign(new EventEmitter(), {
    setNoDelay: (isOn: boolean) => void done.push(['noDelay', isOn]),
    setKeepAlive: (isOn: boolean, afterMs: number) => void done.push(['keepAlive', isOn, afterMs]),
  });
  new HttpConnection(socket as unknown as Socket, { onIdle: () => {}, onClosed: () => {} }, () => 0);
  expect(done).toEqual([
    ['noDelay', true],
    ['keepAlive', true, 1000],
  ]);
});

describe('a connection', () => {
  test('is reused when it is free again, before the reply is told', () => {
    const { connection, send, receive, since } = start();
    expect([connection.isReused, connection.isUsable, connection.isSilent]).toEqual([false, true, false]);
    send();
    expect(connection.isSilent).toBe(true);
    receive(OK.slice(0, 1));
    expect(connection.isSilent).toBe(false);
    receive(OK.slice(1));
    expect(since()).toEqual(['write request', 'idle reused', 'reply 200']);
    expect([connection.isUsable, connection.isSilent]).toEqual([true, false]);
  });

  test('is unusable while a part of its last request is not sent: the server answered before it had read all', () => {
    const { socket, connection, send, receive } = start();
    send();
    socket.writableLength = 1;
    receive(OK);
    expect(connection.isUsable).toBe(false);
    socket.writableLength = 0;
    expect(connection.isUsable).toBe(true);
  });

  test('is closed by a byte that no request asked for, once', () => {
    const { socket, connection, send, receive, since } = start();
    send();
    receive(OK);
    since();
    receive(OK);
    receive(OK);
    socket.emit('close');
    expect([connection.isUsable, since().filter((each) => each === 'closed')]).toEqual([false, ['closed']]);
  });

  test.each<[string, string, readonly string[]]>([
    ['before the reply', '', ['destroy', 'closed', 'ECONNRESET false']],
    ['within the reply', OK.slice(0, 9), ['destroy', 'closed', 'ECONNRESET true']],
    ['behind a reply without a length', 'HTTP/1.1 200 OK\r\n\r\n{}', ['destroy', 'closed', 'reply 200']],
  ])('ends %s', (_title, received, expected) => {
    const { socket, send, receive, since } = start();
    send();
    if (received !== '') receive(received);
    since();
    socket.emit('end');
    socket.emit('close');
    expect(since()).toEqual([...expected, 'destroy']);
  });

  test('that an error ends fails with it, also behind a reply without a length: that may be cut off', () => {
    const { socket, send, receive, since } = start();
    send();
    receive('HTTP/1.1 200 OK\r\n\r\n{}');
    since();
    socket.emit('error', Object.assign(new Error('made up'), { code: 'ETIMEDOUT' }));
    socket.emit('close');
    expect(since()).toEqual(['destroy', 'closed', 'ETIMEDOUT true']);
  });

  test('that is destroyed tells its request nothing more', () => {
    const { socket, connection, send, receive, since } = start();
    send();
    since();
    connection.destroy();
    receive(OK);
    socket.emit('error', new Error('made up'));
    socket.emit('close');
    expect(since().filter((each) => each !== 'destroy')).toEqual(['closed']);
  });
});
