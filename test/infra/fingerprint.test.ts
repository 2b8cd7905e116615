import { describe, expect, test } from '@jest/globals';
import { Template as Assertions } from 'aws-cdk-lib/assertions';
import { TEMPLATES } from './all-templates.ts';
import { createStack } from './create-stack.ts';
import type { EnvironmentUnderTest } from './environments-under-test.ts';
import { resourcesOf, type Template, templateOf } from './templates.ts';

/** What CloudFormation sees of a function: the logical id of its version, and its description. */
interface Published {
  readonly versionId: string;
  readonly description: string;
}

/** The functions of a template, by their logical ids. */
function publishedIn(template: Template): ReadonlyMap<string, Published> {
  const lambdas = resourcesOf(template, 'AWS::Lambda::Function');
  const versions = Object.entries(resourcesOf(template, 'AWS::Lambda::Version'));
  return new Map(
    versions.map(([versionId, { Properties }]) => {
      const { Ref: id } = Properties.FunctionName;
      return [id, { versionId, description: lambdas[id]?.Properties.Description }];
    }),
  );
}

/** The template of an environment that says nothing, made anew. */
const synthesized = (): Template => Assertions.fromStack(createStack()).toJSON() as never;

describe('the description of a function', () => {
  test.each<[string, EnvironmentUnderTest, EnvironmentUnderTest]>([
    ['account and region are pinned later: the name of the bucket is a text, and no reference', 'default', 'pinned'],
    ['the address of the upstream moves from the parameter to the environment', 'default', 'with an upstream'],
    ["a deployment names no version of the key secret after the secret's rotation", 'key secret new', 'default'],
  ])('changes with the version, although Lambda may get the same values: %s', (_, one, other) => {
    const [before, after] = [publishedIn(templateOf(one)), publishedIn(templateOf(other))];
    expect([...after.keys()].sort()).toEqual([...before.keys()].sort());
    for (const [id, { versionId, description }] of after) {
      expect(before.get(id)?.versionId).not.toBe(versionId);
      expect(before.get(id)?.description).not.toBe(description);
    }
  });

  test("changes with the version of invalidate alone, if only the webhook's secret is without a version", () => {
    const [before, after] = [publishedIn(templateOf("webhook's secret new")), publishedIn(templateOf('default'))];
    const changed = [...after].filter(([id, { description }]) => before.get(id)?.description !== description);
    expect(changed).toMatchObject([['InvalidateFunction9193AC7F', {}]]);
    const published = [...after].filter(([id, { versionId }]) => before.get(id)?.versionId !== versionId);
    expect(published).toEqual(changed);
  });

  test('differs between two environments if the version does, and only then', () => {
    const all = TEMPLATES.flatMap(([, template]) => [...publishedIn(template)]);
    for (const [, ofFunction] of Map.groupBy(all, ([id]) => id)) {
      const pairs = new Map(ofFunction.map(([, { versionId, description }]) => [versionId, description]));
      for (const [, { versionId, description }] of ofFunction) expect(pairs.get(versionId)).toBe(description);
      expect(new Set(pairs.values()).size).toBe(pairs.size);
    }
  });

  test("says what the function does, and is no longer than Lambda's 256 characters", () => {
    for (const [, template] of TEMPLATES) {
      for (const { description } of publishedIn(template).values()) {
        expect(description).toMatch(/^Lookaside: .{20,228} \([0-9a-f]{12}\)$/);
      }
    }
  });
});

test('an environment that does not change has the same template each time: no deployment without a cause', () => {
  expect(synthesized()).toEqual(synthesized());
  expect(synthesized()).toEqual(templateOf('default'));
});
