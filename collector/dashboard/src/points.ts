/** Points as people read them: one digit after the point at most, and no minus before nothing. */
export function pointsWords(points: number): string {
  const tenths = Math.round(points * 10) / 10;
  return String(tenths === 0 ? 0 : tenths);
}
