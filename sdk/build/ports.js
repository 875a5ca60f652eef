import MagicString from 'magic-string';
import { nodesOf } from './nodes.js';

/** What a function is handed that touches the world, by the same name everywhere. */
const PORTS = 'ports';

/**
 * A test has many worlds, a script one. So the ports that functions hand to each other become variables
 * that all of them see: nothing is packed into an object, handed on, and unpacked.
 *
 * @returns {import('rollup').Plugin}
 */
export function ports() {
  return {
    name: 'ports',
    renderChunk(code) {
      const text = new MagicString(code);
      const nodes = nodesOf(this.parse(code));
      const made = nodes.find(({ type, declarations }) => {
        return type === 'VariableDeclaration' && declarations[0].id.name === PORTS;
      });
      for (const node of nodes) {
        if (isUnpacking(node)) text.remove(node.start, node.end);
        else removeFrom(text, node.params ?? node.arguments ?? []);
      }
      shareAll(
        text,
        made,
        nodes.filter((node) => isWithin(made, node)),
      );
      return { code: text.toString(), map: text.generateMap({ hires: true }) };
    },
  };
}

/** Puts the ports in front of the function that makes them; there remains what it needs its own names for. */
function shareAll(text, made, around) {
  const outermost = around.find(({ type }) => type === 'VariableDeclaration');
  const ownNames = namesIn(around.findLast(({ type }) => type === 'ArrowFunctionExpression'));
  const { properties } = made.declarations[0].init;
  let end = made.start;
  for (const port of properties) {
    text.remove(end, port.start);
    end = port.end;
    // A function of this name is there already.
    if (port.shorthand) text.remove(port.start, port.end);
    else {
      const isOwn = nodesOf(port.value).some(({ name }) => ownNames.has(name));
      text.update(port.key.start, port.value.start, `${isOwn ? '' : 'let '}${port.key.name} = `);
      text.appendLeft(port.end, ';');
      if (isOwn) text.prependLeft(outermost.start, `let ${port.key.name};`);
      else text.move(port.start, port.end, outermost.start);
    }
  }
  text.remove(end, made.end);
}

/** Is it `let { … } = ports`? */
function isUnpacking({ type, declarations }) {
  return type === 'VariableDeclaration' && declarations[0].init?.name === PORTS;
}

function isWithin(inner, { start, end }) {
  return start < inner.start && inner.end <= end;
}

/** Of parameters, or of variables at the top of its body. */
function namesIn({ params, body }) {
  const variables = body.body.flatMap(({ declarations }) => declarations ?? []);
  const patterns = [...params, ...variables.map(({ id }) => id)];
  return new Set(
    patterns
      .flatMap(nodesOf)
      .map(({ name }) => name)
      .filter(Boolean),
  );
}

/** Takes the ports out of parameters or arguments. */
function removeFrom(text, list) {
  const at = list.findIndex(({ name }) => name === PORTS);
  if (at === 0) text.remove(list[0].start, list[1]?.start ?? list[0].end);
  if (at > 0) text.remove(list[at - 1].end, list[at].end);
}
