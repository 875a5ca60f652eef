import MagicString from 'magic-string';

/**
 * Functions that need no `this` become arrow functions, which are shorter: terser does so with
 * expressions alone, as a declaration may be called above where it stands. Ours are only called once
 * all modules were run.
 *
 * @returns {import('rollup').Plugin}
 */
export function arrows() {
  return {
    name: 'arrows',
    transform(code) {
      const shorter = new MagicString(code);
      for (const statement of this.parse(code).body) {
        const declared = statement.declaration ?? statement;
        if (declared.type !== 'FunctionDeclaration') continue;
        const { start, end, id, params, body } = declared;
        if (/\b(this|arguments)\b/.test(code.slice(start, end))) continue;
        const opening = params[0]?.start ?? body.start;
        const closing = params.at(-1)?.end ?? opening;
        shorter.update(start, opening, `const ${id.name} = ${declared.async ? 'async ' : ''}(`);
        if (closing < body.start) shorter.update(closing, body.start, ') => ');
        else shorter.appendLeft(body.start, ') => ');
        shorter.appendRight(end, ';');
      }
      return { code: shorter.toString(), map: shorter.generateMap({ hires: true }) };
    },
  };
}
