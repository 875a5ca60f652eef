import type { JsonObject } from '@inkling/sdk/protocol';
import type { EventAnswer } from '../../src/query/answers.ts';

/** What the words of an event are made of. */
type Told = Pick<EventAnswer, 'type' | 'name' | 'properties' | 'context'> &
  Partial<Pick<EventAnswer, 'userId' | 'traits'>>;

/** Traits named in one line; the rest are in the event itself. */
const TRAITS_NAMED_MAX = 3;

/** An event in a few words that a marketer would say: "Viewed /pricing", "Submitted form demo". */
export function eventWords(event: Told): string {
  switch (event.type) {
    case 'page':
      return `Viewed ${pathOf(event) ?? event.name ?? 'a page'}`;
    case 'screen':
      return `Opened the screen ${event.name ?? 'without a name'}`;
    case 'identify':
      return identifyWords(event);
    case 'group':
      return joined('Belongs to account', textOf(event.traits ?? {}, 'name'));
    case 'alias':
      return joined('Is now known as', event.userId);
    case 'track':
      return trackWords(event);
    default:
      return event.name ?? event.type;
  }
}

/** The path on which an event happened, however the client told it. */
export function pathOf(event: Pick<EventAnswer, 'properties' | 'context'>): string | undefined {
  const { page } = event.context;
  const onPage = isObject(page) ? textOf(page, 'path') : undefined;
  return textOf(event.properties, 'path') ?? onPage;
}

/** "1,204" */
export function countWords(count: number): string {
  return count.toLocaleString('en-GB');
}

/** "1 person", "1,204 people" */
export function peopleWords(count: number): string {
  return `${countWords(count)} ${count === 1 ? 'person' : 'people'}`;
}

/** A trait or property as text: strings bare, lists with commas, the rest as JSON. */
export function valueWords(value: JsonObject[string]): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(valueWords).join(', ');
  return JSON.stringify(value ?? null);
}

/** Verb and the properties that may name its object, the first that is there wins. */
const TRACK_WORDS: { readonly [name: string]: readonly [verb: string, ...keys: string[]] } = {
  'Form Started': ['Started form', 'form', 'form_id', 'formId', 'form_name', 'id', 'name'],
  'Form Submitted': ['Submitted form', 'form', 'form_id', 'formId', 'form_name', 'id', 'name'],
  'File Downloaded': ['Downloaded', 'file', 'filename', 'file_name', 'name', 'href', 'url'],
  'Link Clicked': ['Clicked the link to', 'href', 'url', 'text', 'link'],
  'Site Searched': ['Searched for', 'query', 'term', 'search_term', 'q'],
  'Products Searched': ['Searched products for', 'query'],
  'Product Viewed': ['Looked at product', 'name', 'product_id', 'sku'],
  'Product Added': ['Put into the cart', 'name', 'product_id', 'sku'],
  'Product Removed': ['Took out of the cart', 'name', 'product_id', 'sku'],
  'Checkout Started': ['Started the checkout'],
  'Signed Up': ['Signed up'],
  'Signed In': ['Signed in'],
  'Signed Out': ['Signed out'],
  'Trial Started': ['Started a trial of', 'plan', 'plan_name'],
  'Email Delivered': ['Was sent the e-mail', 'email_subject', 'subject', 'campaign_name'],
  'Email Opened': ['Opened the e-mail', 'email_subject', 'subject', 'campaign_name'],
  'Email Link Clicked': ['Clicked in the e-mail', 'email_subject', 'subject', 'campaign_name'],
  'Email Bounced': ['An e-mail bounced:', 'kind'],
  Unsubscribed: ['Unsubscribed from', 'list', 'list_name'],
};

function trackWords(event: Told): string {
  const name = event.name ?? 'An event without a name';
  const { properties } = event;
  if (name === 'Order Completed') return joined('Bought for', moneyWords(properties), 'Bought');
  if (name === 'Order Refunded') {
    return joined('Got a refund of', moneyWords(properties), 'Got a refund');
  }
  if (name === 'Page Engaged') return `Stayed on ${pathOf(event) ?? 'the page'}`;
  // An own property, since a track event may be called "constructor".
  const known = Object.hasOwn(TRACK_WORDS, name) ? TRACK_WORDS[name] : undefined;
  if (known === undefined) return name;
  const [verb, ...keys] = known;
  const object = keys.map((key) => textOf(properties, key)).find((text) => text !== undefined);
  return joined(verb, object, object === undefined ? bareVerb(verb) : verb);
}

/** "Searched for" alone reads as broken off; "Searched" does not. */
function bareVerb(verb: string): string {
  return verb.replace(/( of| for| from| to|:)$/, '').replace(/ the link$/, ' a link');
}

function identifyWords(event: Told): string {
  const traits = Object.keys(event.traits ?? {});
  if (event.userId !== undefined) return `Identified as ${event.userId}`;
  if (traits.length === 0) return 'Identified';
  const named = traits.slice(0, TRAITS_NAMED_MAX).join(', ');
  return `Told us ${named}${traits.length > TRAITS_NAMED_MAX ? ' and more' : ''}`;
}

/** "49.00 EUR", from the fields that the Segment spec gives orders. */
function moneyWords(properties: JsonObject): string | undefined {
  const amount = [properties.total, properties.revenue, properties.value].find(
    (value) => typeof value === 'number',
  );
  if (typeof amount !== 'number') return undefined;
  return `${amount.toFixed(2)} ${textOf(properties, 'currency') ?? ''}`.trimEnd();
}

function joined(verb: string, object: string | undefined, bare = bareVerb(verb)): string {
  return object === undefined ? bare : `${verb} ${object}`;
}

function textOf(object: JsonObject, key: string): string | undefined {
  const value = Object.hasOwn(object, key) ? object[key] : undefined;
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function isObject(value: JsonObject[string]): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
