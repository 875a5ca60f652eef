/** Whether a switch is on that is on unless it was put off: in code, or by an attribute, which is text. */
export function isOn(value: boolean | string | undefined): boolean {
  return `${value}` !== 'false';
}
