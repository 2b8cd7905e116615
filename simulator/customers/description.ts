import { type JsonObject, objectsOf, rawNumber } from '../../functions/customer/json/json.ts';
import { fillObject, readDocument } from '../template.ts';
import { type Customer, type Place, toCustomer } from './customer.ts';

/** The facts that differ from customer to customer. The rest of the document is the same for all: `data/customer.json.txt`. */
export interface CustomerDescription {
  /** Digits, up to 64 bits. */
  readonly id: string;
  readonly firstName: string;
  /** Default: Example. */
  readonly lastName?: string | undefined;
  /** The sources and accounts that the customer is registered in, each with its own identifiers. */
  readonly registrations: readonly Registration[];
  /** Default: none. */
  readonly cards?: readonly CardDescription[];
  /** 0 to 2. 0: the customer is in no loyalty programme. Default: 1. */
  readonly programmeCount?: number;
  /** Digits of the balance of the first programme, for example `12.50`. */
  readonly points: string;
  /** Digits of the sum of all purchases, for example `1250.500`. */
  readonly lifetimePurchases: string;
  /** The time zone of the cluster, as it ends an instant: `Z`, `+05:30`, … Default: `Z`. */
  readonly offset?: string;
}

/** A customer's identifiers in one source and account. */
export interface Registration extends Place {
  /** Values by the type of the identifier. */
  readonly identifiers: Readonly<Record<string, string>>;
}

/** A card of a customer. */
export interface CardDescription {
  readonly cardnumber: string;
  /** Empty: the card has none. */
  readonly cardExternalId: string;
  readonly status: string;
}

const DOCUMENT = readDocument(new URL('data/customer.json.txt', import.meta.url));

/** The customer of a description, in the shape of [S2]'s sample. */
export function describeCustomer(description: CustomerDescription): Customer {
  const { id, lastName = 'Example', offset = 'Z', cards = [], programmeCount = 1 } = description;
  const document = fillObject(DOCUMENT, {
    id: rawNumber(id),
    loyaltyId: rawNumber(id.slice(-9).replace(/^0+(?=\d)/, '')),
    firstName: description.firstName,
    lastName,
    offset,
    points: rawNumber(description.points),
    lifetimePurchases: rawNumber(description.lifetimePurchases),
    loyaltyType: programmeCount > 0 ? 'loyalty' : 'non_loyalty',
    registrations: description.registrations.map(describeRegistration),
    cards: cards.map((card, k) => describeCard(id, card, k)),
  });
  const programmes = objectsOf(document.loyaltyProgramDetails).slice(0, programmeCount);
  return toCustomer(id, { ...document, loyaltyProgramDetails: programmes });
}

function describeRegistration({ identifiers: values, ...place }: Registration): JsonObject {
  const identifiers = Object.entries(values).map(([type, value]) => ({ type, value }));
  return { ...place, identifiers, channels: identifiers.filter(({ type }) => type === 'mobile' || type === 'email') };
}

function describeCard(customerId: string, { cardExternalId, ...card }: CardDescription, k: number): JsonObject {
  const cardId = 900_000 + Number(customerId.slice(-4)) * 10 + k;
  const isActive = card.status === 'ACTIVE';
  const isDigital = k % 2 === 0;
  return {
    ...card,
    ...(cardExternalId === '' ? {} : { cardExternalId }),
    cardId,
    statusId: Number(`28${cardId}`),
    type: isDigital ? 'DIGITAL' : 'PHYSICAL',
    reason: isActive ? '' : 'made up',
    isActive,
    isActiveAndDigital: isActive && isDigital,
  };
}
