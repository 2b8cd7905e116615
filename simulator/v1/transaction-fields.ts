/** An extended field of a transaction: its name is the same in every language. */
interface ExtendedField {
  readonly name: string;
  readonly label: string;
  readonly value: string;
}

/** A label and a value. */
type Words = readonly [string, string];

interface Wording {
  readonly delivery: Words;
  readonly packaging: Words;
}

const ENGLISH: Wording = { delivery: ['Delivery window', 'Morning'], packaging: ['Packaging', 'Gift box'] };

/** [S1]'s three examples. */
const WORDING_BY_LANGUAGE: ReadonlyMap<string, Wording> = new Map([
  ['zh', { delivery: ['配送时段', '上午'], packaging: ['包装', '礼盒'] }],
  ['id', { delivery: ['Waktu pengiriman', 'Pagi'], packaging: ['Kemasan', 'Kotak hadiah'] }],
  ['ar', { delivery: ['وقت التوصيل', 'صباحًا'], packaging: ['التغليف', 'علبة هدية'] }],
]);

/**
 * The extended fields of the k-th transaction: two for every second one, one for the others. In English where the
 * language is empty or not one that the simulator speaks; a region (`zh-CN`) and letter case make no difference [?].
 */
export function extendedFieldsIn(language: string, k: number): readonly ExtendedField[] {
  const [code = ''] = language.trim().toLowerCase().split(/[-_]/);
  const { delivery, packaging } = WORDING_BY_LANGUAGE.get(code) ?? ENGLISH;
  const fields = [toField('delivery_window', delivery), toField('packaging', packaging)];
  return k % 2 === 0 ? fields : fields.slice(0, 1);
}

function toField(name: string, [label, value]: Words): ExtendedField {
  return { name, label, value };
}
