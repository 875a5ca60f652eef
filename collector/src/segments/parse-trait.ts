import type { Account, TraitIs } from './definition.ts';
import {
  type Fields,
  isObject,
  optional,
  type Reader,
  readObject,
  required,
  type Shape,
  text,
} from './fields.ts';
import { readDidOfAccount } from './parse-did.ts';
import { readTraitTest } from './parse-test.ts';
import type { Place } from './pointer.ts';
import { kindOf } from './quote.ts';

const INSTEAD = new Map([
  ['equals', 'is'],
  ['eq', 'is'],
  ['value', 'is'],
  ['test', 'is'],
]);
const TRAIT: Shape = {
  what: 'A `trait`',
  keys: ['trait', 'is'],
  refused: new Map([
    ['within', 'a trait has its newest value alone; how old a date in it is, `is` can test'],
  ]),
  instead: INSTEAD,
};
const ACCOUNT: Shape = { what: 'An `account`', keys: ['account', 'is'], instead: INSTEAD };
const ACCOUNT_DID: Shape = {
  what: 'An `account` with a `did`',
  keys: ['account'],
  refused: new Map([['is', 'how many it has to be is `times` within the `did`']]),
};

/** The name of a trait; dots go deeper. */
const readTraitPath = text(1);

export const readTrait: Reader<TraitIs> = (input, place) => {
  const fields = readObject(input, place, TRAIT);
  if (fields === undefined) return undefined;
  const trait = optional(fields, 'trait', place, readTraitPath);
  const is = readIs(fields, place);
  return trait === undefined || is === undefined ? undefined : { trait, is };
};

export const readAccount: Reader<Account> = (input, place) => {
  if (isObject(input) && isObject(input.account)) {
    const fields = readObject(input, place, ACCOUNT_DID);
    const account = fields && optional(fields, 'account', place, readDidOfAccount);
    return account && { account };
  }
  const fields = readObject(input, place, ACCOUNT);
  if (fields === undefined) return undefined;
  if (typeof fields.account !== 'string') {
    return place
      .at('account')
      .refuse(
        `expected a trait of the account or an object such as {"did":"page","distinct":"person","times":3}, not ${kindOf(fields.account)}`,
      );
  }
  const account = optional(fields, 'account', place, readTraitPath);
  const is = readIs(fields, place);
  return account === undefined || is === undefined ? undefined : { account, is };
};

function readIs(fields: Fields, place: Place) {
  return required(fields, 'is', place, {
    read: readTraitTest,
    need: 'write a value or a test such as {"exists":true}',
  });
}
