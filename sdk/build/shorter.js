import MagicString from 'magic-string';
import { nodesOf } from './nodes.js';

/**
 * Says in fewer words what terser leaves as it is. Functions that need no `this` become arrow
 * functions: it does so with expressions alone, as a declaration may be called above where it stands;
 * ours are only called once all modules were run. `const` becomes `let`, which can be joined with what
 * changes: the compiler has seen to it that nothing constant does. And `===` becomes `==`: no
 * comparison of ours is there to tell null from undefined, or one type from another.
 *
 * @returns {import('rollup').Plugin}
 */
export function shorter() {
  return {
    name: 'shorter',
    transform(code) {
      const text = new MagicString(code);
      const ast = this.parse(code);
      for (const statement of ast.body) shortenFunction(text, statement.declaration ?? statement);
      for (const { type, kind, start, left, operator } of nodesOf(ast)) {
        if (type === 'VariableDeclaration' && kind === 'const') {
          text.update(start, start + 'const'.length, 'let');
        }
        if (type === 'BinaryExpression' && /^[!=]==$/.test(operator)) {
          const at = text.original.indexOf(operator, left.end);
          text.update(at, at + operator.length, operator.slice(0, -1));
        }
      }
      return { code: text.toString(), map: text.generateMap({ hires: true }) };
    },
  };
}

function shortenFunction(text, { type, start, end, id, params, body, async }) {
  if (type !== 'FunctionDeclaration') return;
  if (/\b(this|arguments)\b/.test(text.original.slice(start, end))) return;
  const opening = params[0]?.start ?? body.start;
  const closing = params.at(-1)?.end ?? opening;
  text.update(start, opening, `let ${id.name} = ${async ? 'async ' : ''}(`);
  if (closing < body.start) text.update(closing, body.start, ') => ');
  else text.appendLeft(body.start, ') => ');
  text.appendRight(end, ';');
}
