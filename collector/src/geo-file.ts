import { type CityResponse, type CountryResponse, open } from 'maxmind';
import type { Locate, Place } from './ingest/enrich.ts';

/** Addresses whose place is remembered; finding one in the file takes some microseconds. */
const ADDRESSES_MAX = 10_000;

/**
 * Opens a file of places in MaxMind's format (GeoLite2, DB-IP, IPinfo): country, and region and city
 * where it has them. It is read into memory whole.
 *
 * @throws Error if there is no such file, or it is of another kind.
 */
export async function openGeoFile(path: string): Promise<Locate> {
  const reader = await open<CityResponse & CountryResponse>(path, {
    cache: { max: ADDRESSES_MAX },
  });
  return (address) => {
    try {
      return placeOf(reader.get(address));
    } catch {
      return undefined; // What a client calls its address need not be one.
    }
  };
}

/** `country` may be an object of MaxMind's kind, or its code alone as IPinfo has it. */
function placeOf(found: unknown): Place | undefined {
  const record = fieldsOf(found);
  const country =
    text(fieldsOf(record.country).iso_code) ?? text(record.country_code) ?? text(record.country);
  if (country === undefined || !/^[A-Z]{2}$/.test(country)) return undefined;
  const [first] = Array.isArray(record.subdivisions) ? (record.subdivisions as unknown[]) : [];
  const region = text(fieldsOf(fieldsOf(first).names).en) ?? text(record.region);
  const city = text(fieldsOf(fieldsOf(record.city).names).en) ?? text(record.city);
  return { country, ...(region && { region }), ...(city && { city }) };
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
