import { expect, test } from '@jest/globals';
import { METRIC_UNITS } from '../../../functions/metric-names.ts';
import { propertiesOf, templateOf } from '../templates.ts';

const template = templateOf('default');
const [dashboard] = propertiesOf(template, 'AWS::CloudWatch::Dashboard');
/** The page as CloudFormation puts it together, with the logical ids in the places of names. */
const page = JSON.parse(
  dashboard.DashboardBody['Fn::Join'][1]
    .map((part: string | object) => (typeof part === 'string' ? part : Object.values(part).flat().join('.')))
    .join(''),
);
const text = JSON.stringify(page);

test('shows every metric of the functions, of this environment alone', () => {
  const shown = [...text.matchAll(/\["Lookaside","([^"]+)","environment","test"/g)].map(([, name]) => name);
  expect([...new Set(shown)].sort()).toEqual([...METRIC_UNITS.keys()].sort());
  expect(text.match(/"Lookaside"/g)?.length).toBe(shown.length);
});

test('shows the hit ratio, an estimate of the cost, and each alarm', () => {
  expect(text).toContain('Hit ratio (%)');
  expect(text).toContain('Estimated cost of an hour (USD)');
  const [{ properties }] = page.widgets;
  expect(properties.alarms).toHaveLength(propertiesOf(template, 'AWS::CloudWatch::Alarm').length + 1);
});

test('the cost counts the gateway, the table and every function', () => {
  const cost = page.widgets.find(({ properties }: { properties: { title?: string } }) => properties.title === 'Cost');
  const [expression] = cost.properties.metrics
    .map(([first]: [{ expression?: string }]) => first.expression)
    .filter(Boolean);
  for (const name of ['requests', 'reads', 'writes', ...[0, 1, 2, 3].flatMap((n) => [`invocations${n}`, `ms${n}`])]) {
    expect(expression).toContain(`FILL(${name}, 0)`);
  }
  // Metric math takes the `e` of an exponent for a metric.
  expect(expression).not.toMatch(/\de[-+]?\d/);
  const used = { requests: 1e6, reads: 1e6, writes: 1e6, invocations: 1e6, ms: 1e6 };
  const dollars = expression.replace(/FILL\((\D+)\d*, 0\)/g, (_all: string, name: keyof typeof used) =>
    String(used[name]),
  );
  // 3.5 + 0.125 + 0.625, and for each of four functions 0.2 and 1000 s of half a GB.
  expect(new Function(`return ${dollars};`)()).toBeCloseTo(4.25 + 4 * (0.2 + 0.006_667), 4);
});
