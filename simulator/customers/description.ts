import { type Json, type JsonObject, objectsOf } from '../../functions/customer/json/json.ts';
import { toJsonObject } from '../digits.ts';
import { readTemplate } from '../template.ts';
import { type Customer, toCustomer } from './customer.ts';

/** The facts that differ from customer to customer. The rest of the document is the same for all: `data/customer.json.txt`. */
export interface CustomerDescription {
  /** Digits, up to 64 bits. */
  readonly id: string;
  readonly firstName: string;
  readonly lastName: string;
  /** The sources and accounts that the customer is registered in, each with its own identifiers. */
  readonly registrations: readonly Registration[];
  readonly cards: readonly CardDescription[];
  /** 0 to 2. 0: the customer is in no loyalty programme. */
  readonly programmeCount: number;
  /** Digits of the balance of the first programme, for example `12.50`. */
  readonly points: string;
  /** Digits of the sum of all purchases, for example `1250.500`. */
  readonly lifetimePurchases: string;
  /** The time zone of the cluster, as it ends an instant: `Z`, `+05:30`, … */
  readonly offset: string;
}

export interface Registration {
  readonly source: string;
  /** Empty for INSTORE. */
  readonly accountId: string;
  readonly identifiers: readonly { readonly type: string; readonly value: string }[];
}

export interface CardDescription {
  readonly cardnumber: string;
  /** Empty: the card has none. */
  readonly cardExternalId: string;
  readonly status: string;
}

const fillCustomer = readTemplate(new URL('data/customer.json.txt', import.meta.url));
const fillCard = readTemplate(new URL('data/card.json.txt', import.meta.url));

/** The customer of a description, in the shape of [S2]'s sample. */
export function describeCustomer(description: CustomerDescription): Customer {
  const { id, offset, points, lifetimePurchases, registrations, cards, programmeCount } = description;
  const loyaltyId = id.slice(-9).replace(/^0+(?=\d)/, '');
  const document = fillCustomer({ id, offset, points, lifetimePurchases, loyaltyId });
  const [profile = {}] = objectsOf(document.profiles);
  return toCustomer({
    ...document,
    profiles: registrations.map((registration) => describeProfile(profile, description, registration)),
    loyaltyInfo: {
      ...(document.loyaltyInfo as JsonObject),
      loyaltyType: programmeCount > 0 ? 'loyalty' : 'non_loyalty',
    },
    loyaltyProgramDetails: objectsOf(document.loyaltyProgramDetails).slice(0, programmeCount),
    cardDetails: cards.map((card, k) => describeCard(description, card, k)),
  });
}

function describeProfile(
  profile: JsonObject,
  { firstName, lastName }: CustomerDescription,
  { source, accountId, identifiers }: Registration,
): JsonObject {
  const channels = identifiers
    .filter(({ type }) => type === 'mobile' || type === 'email')
    .map((own) => ({
      ...own,
      primary: true,
      verified: false,
      meta: { residence: false, office: false },
      attributes: {},
    }));
  const own = { identifiers, commChannels: channels, identifiersAll: identifiers };
  return { ...profile, firstName, lastName, source, accountId, ...toJsonObject(own) };
}

function describeCard({ id, offset }: CustomerDescription, card: CardDescription, k: number): Json {
  const isActive = card.status === 'ACTIVE';
  const isDigital = k % 2 === 0;
  const { cardExternalId, ...described } = fillCard({
    ...card,
    id,
    offset,
    cardId: String(900_000 + Number(id.slice(-4)) * 10 + k),
    type: isDigital ? 'DIGITAL' : 'PHYSICAL',
    reason: isActive ? '' : 'made up',
    isActive: String(isActive),
    isActiveAndDigital: String(isActive && isDigital),
  });
  return cardExternalId === '' || cardExternalId === undefined ? described : { ...described, cardExternalId };
}
