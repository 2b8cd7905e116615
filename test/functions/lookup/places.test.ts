import { expect, test } from '@jest/globals';
import { Places } from '../../../functions/lookup/places.ts';
import { settle } from '../../support/manual-clock.ts';

test('as many as there are places take one at once, each its own', async () => {
  const places = new Places(3);
  const taken = [await places.take(), await places.take(), await places.take()];
  expect(taken.sort()).toEqual([0, 1, 2]);
});

test('the others wait, and get a place in the order in which they asked', async () => {
  const places = new Places(1);
  const place = await places.take();
  const order: string[] = [];
  for (const name of ['first', 'second']) void places.take().then((given) => order.push(`${name} ${given}`));
  await settle();
  expect(order).toEqual([]);

  places.give(place);
  // It comes late, so it is no earlier than those who wait.
  void places.take().then((given) => order.push(`third ${given}`));
  await settle();
  expect(order).toEqual(['first 0']);

  places.give(place);
  await settle();
  places.give(place);
  await settle();
  expect(order).toEqual(['first 0', 'second 0', 'third 0']);
});

test('a place that nobody waits for is free again', async () => {
  const places = new Places(1);
  places.give(await places.take());
  expect(await places.take()).toBe(0);
});
