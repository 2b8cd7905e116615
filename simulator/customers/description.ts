import { type JsonObject, objectsOf } from '../../functions/customer/json/json.ts';
import { readTemplate } from '../template.ts';
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

export interface Registration extends Place {
  /** Values by the type of the identifier. */
  readonly identifiers: Readonly<Record<string, string>>;
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
  const { id, offset = 'Z', points, lifetimePurchases, registrations, cards = [], programmeCount = 1 } = description;
  const loyaltyId = id.slice(-9).replace(/^0+(?=\d)/, '');
  const document = fillCustomer({ id, offset, points, lifetimePurchases, loyaltyId });
  const [profile = {}] = objectsOf(document.profiles);
  const loyaltyType = programmeCount > 0 ? 'loyalty' : 'non_loyalty';
  return toCustomer(id, {
    ...document,
    profiles: registrations.map((registration) => ({ ...profile, ...describeProfile(description, registration) })),
    loyaltyInfo: { ...(document.loyaltyInfo as JsonObject), loyaltyType },
    loyaltyProgramDetails: objectsOf(document.loyaltyProgramDetails).slice(0, programmeCount),
    cardDetails: cards.map((card, k) => describeCard(id, offset, card, k)),
  });
}

function describeProfile(
  { firstName, lastName = 'Example' }: CustomerDescription,
  { source, accountId, identifiers }: Registration,
): JsonObject {
  const own = Object.entries(identifiers).map(([type, value]) => ({ type, value }));
  const channels = own
    .filter(({ type }) => type === 'mobile' || type === 'email')
    .map((identifier) => ({
      ...identifier,
      primary: true,
      verified: false,
      meta: { residence: false, office: false },
      attributes: {},
    }));
  return { firstName, lastName, source, accountId, identifiers: own, commChannels: channels, identifiersAll: own };
}

function describeCard(id: string, offset: string, card: CardDescription, k: number): JsonObject {
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
